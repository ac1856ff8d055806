"""Attentions: one for each call, from its beginning to its end, and their queues."""
