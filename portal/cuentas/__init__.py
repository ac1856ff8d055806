"""People: accounts and their keys, visits, and the RUCs each may act for. Knows no web."""
