"""One fill in the hands of the worker, from its start to its completion."""
