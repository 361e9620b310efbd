"""The work on one gap: plan, fetch, verify, place, land."""
