"""How a file comes in: whole or in parts; and the templates and samples that are sent back."""
