"""Responses: headers, style, files, small and measured to the byte; and the answer to an unchanged poll."""
