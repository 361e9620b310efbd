-- The gaps that were found between the recordings of a directory, with the columns of Heldar's `recording_gaps`.
-- Times are RFC 3339 UTC text with `T` and `+00:00`. A row stays when its gap is filled: what is deleted from there
-- later was deleted by the recorder, and is not found again.
PRAGMA journal_mode = WAL;

CREATE TABLE IF NOT EXISTS recording_gaps (
    id              TEXT PRIMARY KEY,
    camera_id       TEXT NOT NULL,
    gap_start       TEXT NOT NULL,
    gap_end         TEXT NOT NULL,
    gap_seconds     INTEGER NOT NULL, -- whole seconds, cut
    fill_state      TEXT NOT NULL DEFAULT 'pending',
    fill_attempts   INTEGER NOT NULL DEFAULT 0,
    last_attempt_at TEXT,
    filled_at       TEXT,
    created_at      TEXT NOT NULL,
    UNIQUE (camera_id, gap_start)
);

-- The newest recording that was seen of each camera: what was before it and is gone, its recorder has deleted.
CREATE TABLE IF NOT EXISTS newest (
    camera_id TEXT PRIMARY KEY,
    start     TEXT NOT NULL
);
