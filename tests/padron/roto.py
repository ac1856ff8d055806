"""An adapter that cannot be imported where one of its own settings is missing."""

raise KeyError("REGISTRO_URL")
