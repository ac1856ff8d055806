"""Bytes to tables and back: containers, encodings, separators, headers, writers. Knows no web and no database."""
