"""What the program needs of the machine: SQLite, files, users, child processes, logging, masking, text, glyphs."""
