"""The portal's work in figures, month by month; those that the public may read."""
