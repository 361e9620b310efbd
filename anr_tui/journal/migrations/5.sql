-- From version 4: by which settings a worker works, what waits in its hands, and what was told of one gap, found at once.
ALTER TABLE workers ADD COLUMN rules TEXT NOT NULL DEFAULT '';
CREATE TABLE queue (
    gap_id    TEXT PRIMARY KEY,
    worker_id INTEGER NOT NULL,
    why       TEXT NOT NULL,
    asked     REAL,
    until     TEXT
);
CREATE INDEX idx_requests_gap ON requests (gap_id, id);
CREATE INDEX idx_events_gap ON events (gap_id, id);
PRAGMA user_version = 5;
