"""Logins and other secrets: what is hidden of them, and what of a URL may be shown."""
