-- From version 1: how long a worker means to stay, and which fill an event tells of.
ALTER TABLE workers ADD COLUMN lifetime TEXT NOT NULL DEFAULT 'service';
ALTER TABLE events ADD COLUMN fill_id INTEGER;
PRAGMA user_version = 2;
