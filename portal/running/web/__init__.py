"""A process of the web server: what the event loop reads, and what a thread does."""
