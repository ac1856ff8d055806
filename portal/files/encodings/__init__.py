"""Bytes to text: which encoding each line is in, and where nobody can know."""
