"""A workbook: examined part by part, then its sheet as lines of text."""
