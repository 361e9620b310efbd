-- From version 3: what diagnoses of cameras say.
CREATE TABLE checks (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id INTEGER NOT NULL,
    camera_id  TEXT NOT NULL,
    kind       TEXT NOT NULL,
    mark       TEXT NOT NULL,
    seen       TEXT NOT NULL,
    hint       TEXT NOT NULL,
    at         TEXT NOT NULL,
    UNIQUE (request_id, kind)
);
PRAGMA user_version = 4;
