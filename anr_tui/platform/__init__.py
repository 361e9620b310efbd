"""What we need of the machine: SQLite, files and users, child processes, logging, masking, text, signs."""
