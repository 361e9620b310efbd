"""Our own database: fills, evidence of landed files, requests, events, the lease, what was learned about cameras."""
