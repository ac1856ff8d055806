"""What jobs and the employer's decision do with a lote: claimed by lease, in its turn."""
