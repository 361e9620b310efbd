"""Recordings as files on disk: their names, what they cover, how long they are, how much space is free."""
