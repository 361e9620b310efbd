"""Recordings as files on disk: what they cover, how long they are, how much room is left."""
