"""Where in a sheet the table is, and which of its columns is which field."""
