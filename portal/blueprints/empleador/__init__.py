"""Pages of an empleador: sending, its lotes, its history."""
