"""Many gaps: sweep, slots, lease, requests, and the process itself."""
