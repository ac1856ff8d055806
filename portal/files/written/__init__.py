"""What the portal writes: batch files, templates, lines in error."""
