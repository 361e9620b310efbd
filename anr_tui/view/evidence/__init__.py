"""Signed evidence: the site's key, and bundles of evidence that somebody else checks without anr-tui."""
