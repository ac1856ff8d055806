"""A process of the web server: what is read by the event loop, and what by a thread."""
