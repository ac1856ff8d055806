"""Who comes in: from where, how often, with what, and whether it is a person that looks."""
