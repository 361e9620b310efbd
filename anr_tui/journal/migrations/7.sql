-- From version 6: how well the time of landed footage is known and by what,
-- whether its pictures can be seen, how a camera's times turned out to be meant, and where people place footage.
ALTER TABLE landed_files ADD COLUMN proof TEXT NOT NULL DEFAULT '';
ALTER TABLE landed_files ADD COLUMN shown_by TEXT NOT NULL DEFAULT '';
ALTER TABLE landed_files ADD COLUMN pictures TEXT NOT NULL DEFAULT '';
ALTER TABLE camera_memory ADD COLUMN shift_s REAL NOT NULL DEFAULT 0;
ALTER TABLE camera_memory ADD COLUMN shift_shown_by TEXT NOT NULL DEFAULT '';
ALTER TABLE camera_memory ADD COLUMN shift_found_at TEXT;
ALTER TABLE requests ADD COLUMN part_id TEXT;
ALTER TABLE requests ADD COLUMN moment TEXT;
PRAGMA user_version = 7;
