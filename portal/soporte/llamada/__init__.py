"""A call: the code, the shared view, and what the agent says and dictates."""
