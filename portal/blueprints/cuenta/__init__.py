"""Coming in and going out, and what a visit knows of itself."""
