"""What is done with a lote, by jobs and by the employer's decision: claimed by lease, in its turn."""
