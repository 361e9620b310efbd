"""One fill as the worker runs it, from its start to its completion."""
