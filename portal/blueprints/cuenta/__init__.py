"""Signing in and out, and what a visit knows of itself."""
