"""What people see of a lote and of an annulment: state, lines, problems, files to take back."""
