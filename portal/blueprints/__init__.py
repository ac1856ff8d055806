"""One file a room of pages: load, form, one call, respond. Each has a `blueprint`; they are found, not listed."""
