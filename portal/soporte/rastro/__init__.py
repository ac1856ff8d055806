"""The trail of what the staff looks at and does: written, read, worded."""
