"""Which gaps are worked on and when: sweep, queue, limits, backoff."""
