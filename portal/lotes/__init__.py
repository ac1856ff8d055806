"""A lote's life: received, checked, decided, registered; and what people see of it."""
