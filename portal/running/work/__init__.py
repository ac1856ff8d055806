"""The workers, and what looks after them and their work."""
