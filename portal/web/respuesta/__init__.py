"""What goes out: headers, style, files, small and counted to the byte; and the answer to a poll without news."""
