"""What people see of a sheet: how it was read, and the question which column is which."""
