"""The workers, and what watches over them and their work."""
