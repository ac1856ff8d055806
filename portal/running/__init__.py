"""The processes: the parts (web, workers, sweeper, queue server) and the supervisor that keeps them alive."""
