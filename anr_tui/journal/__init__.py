"""What we did and were asked: our own SQLite file."""
