"""The scheduling of fills: sweeps, queue, limits, backoff."""
