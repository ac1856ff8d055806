"""Who comes in: client address, rate limits, credentials, and whether a person looks."""
