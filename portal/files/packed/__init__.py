"""What a file comes in: archives, their bounds, what the first bytes say."""
