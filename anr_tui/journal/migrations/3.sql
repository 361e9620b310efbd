-- From version 2: which camera a request is about, and the newest event that the command for events was given.
ALTER TABLE requests ADD COLUMN camera_id TEXT;
CREATE TABLE hook (one INTEGER PRIMARY KEY CHECK (one = 1), event_id INTEGER NOT NULL);
PRAGMA user_version = 3;
