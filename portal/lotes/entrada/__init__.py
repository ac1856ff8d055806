"""How a file is received: whole or in parts; and the templates and samples offered for download."""
