-- The journal: what we did and were asked. Times are RFC 3339 UTC text, as in the site database.

-- Every worker that ever held the lease. The id only grows: it is the fencing token of all that it writes.
CREATE TABLE IF NOT EXISTS workers (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    user          TEXT NOT NULL,
    host          TEXT NOT NULL,
    pid           INTEGER NOT NULL,
    birth         TEXT NOT NULL, -- boot id and start tick of the process, so that a reused pid is told apart
    version       TEXT NOT NULL,
    lifetime      TEXT NOT NULL DEFAULT 'service', -- service, consoles, stay
    started_at    TEXT NOT NULL,
    seen_at       TEXT NOT NULL, -- the heartbeat
    ended_at      TEXT,
    paused        INTEGER NOT NULL DEFAULT 0, -- starts nothing by itself
    halted        INTEGER NOT NULL DEFAULT 0, -- fetches nothing at all for now
    next_sweep_at TEXT,
    rules         TEXT NOT NULL DEFAULT '' -- the settings by which it picks and fetches, as JSON
);

-- The one lease on the site: none or one row.
CREATE TABLE IF NOT EXISTS lease (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    worker_id  INTEGER NOT NULL REFERENCES workers (id),
    expires_at TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS requests (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    kind      TEXT NOT NULL,
    gap_id    TEXT,
    fill_id   INTEGER,
    asked_by  TEXT NOT NULL, -- user@host
    asked_at  TEXT NOT NULL,
    state     TEXT NOT NULL DEFAULT 'asked',
    reason    TEXT NOT NULL DEFAULT '',
    ended_at  TEXT,
    camera_id TEXT,
    part_id   TEXT, -- of the kind `place`: the kept part, and the time of its first picture
    moment    TEXT
);
CREATE INDEX IF NOT EXISTS idx_requests_open ON requests (id) WHERE state IN ('asked', 'taken');
CREATE INDEX IF NOT EXISTS idx_requests_gap ON requests (gap_id, id);

-- The first gaps that wait in the worker's hands, and why; those of a worker that is gone mean nothing.
CREATE TABLE IF NOT EXISTS queue (
    gap_id    TEXT PRIMARY KEY,
    worker_id INTEGER NOT NULL,
    why       TEXT NOT NULL,
    asked     REAL, -- lower: earlier among those that people asked for; NULL: nobody did
    until     TEXT  -- when the reason ends; NULL: not known
);

CREATE TABLE IF NOT EXISTS fills (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    gap_id        TEXT NOT NULL,
    camera_id     TEXT NOT NULL,
    worker_id     INTEGER NOT NULL REFERENCES workers (id),
    window_start  TEXT NOT NULL,
    window_end    TEXT NOT NULL,
    phase         TEXT NOT NULL,
    outcome       TEXT, -- NULL while it runs
    reason        TEXT NOT NULL DEFAULT '',
    asked_by      TEXT NOT NULL,
    started_at    TEXT NOT NULL,
    ended_at      TEXT,
    wanted_s      REAL NOT NULL DEFAULT 0, -- seconds of media that were missing at the start
    got_s         REAL NOT NULL DEFAULT 0,
    size_bytes    INTEGER NOT NULL DEFAULT 0,
    speed         REAL NOT NULL DEFAULT 0, -- x real time
    pieces        INTEGER NOT NULL DEFAULT 0,
    pieces_landed INTEGER NOT NULL DEFAULT 0,
    log_name      TEXT NOT NULL DEFAULT '' -- a file in the directory of logs
);
CREATE INDEX IF NOT EXISTS idx_fills_gap ON fills (gap_id, id);
CREATE INDEX IF NOT EXISTS idx_fills_running ON fills (id) WHERE outcome IS NULL;

-- Every file that a fill put on disk, as it was then: evidence. proof: of its time, `proven`, `consistent` or `by_hand`,
-- empty from before this was kept; shown_by: a sentence that says what shows it.
CREATE TABLE IF NOT EXISTS landed_files (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    fill_id        INTEGER NOT NULL REFERENCES fills (id),
    camera_id      TEXT NOT NULL,
    name           TEXT NOT NULL, -- in the camera's directory
    start_time     TEXT NOT NULL, -- what the file holds
    end_time       TEXT NOT NULL,
    asked_start    TEXT NOT NULL, -- what the camera was asked for
    asked_end      TEXT NOT NULL,
    size_bytes     INTEGER NOT NULL,
    sha256         TEXT NOT NULL,
    source_url     TEXT NOT NULL, -- masked; empty where a dead worker left the footage behind, or a person placed it
    ffmpeg_version TEXT NOT NULL,
    landed_at      TEXT NOT NULL,
    proof          TEXT NOT NULL DEFAULT '',
    shown_by       TEXT NOT NULL DEFAULT '',
    pictures       TEXT NOT NULL DEFAULT '', -- visible, undecodable, unknown; empty from before this was kept
    shift_s            REAL,    -- so much later than asked the camera's pictures were taken to be; NULL here: not known
    camera_clock_off_s REAL,    -- its clock minus ours, by the Date of its answers
    own_clock_synced   INTEGER, -- 1: a time service kept our clock; 0: none did
    own_clock_step_s   REAL     -- by so much our clock was stepped between the fill's start and the landing
);
CREATE INDEX IF NOT EXISTS idx_landed_files_fill ON landed_files (fill_id);

-- The chain of evidence: an entry for each record of landed_files, and for each that was dropped after its retention.
-- Never changed and never deleted. Number 0, `begun`: records up to its landed_id are older than the chain.
CREATE TABLE IF NOT EXISTS evidence_chain (
    number    INTEGER PRIMARY KEY, -- from 1 on, without a gap
    kind      TEXT NOT NULL,       -- landed, dropped
    landed_id INTEGER NOT NULL,
    camera_id TEXT NOT NULL,       -- with name and end_time: which file it was, once the record is gone
    name      TEXT NOT NULL,
    end_time  TEXT NOT NULL,
    at        TEXT NOT NULL,
    record    TEXT NOT NULL,       -- SHA-256 of the record
    link      TEXT NOT NULL        -- SHA-256 of this entry and of the link before it
);

-- What was learned about a camera; shift_…: how many seconds later than the moment asked for its pictures are, what
-- showed that, and when.
CREATE TABLE IF NOT EXISTS camera_memory (
    camera_id       TEXT PRIMARY KEY,
    full_speed      INTEGER, -- 1: takes Rate-Control: no; 0: refused it; NULL: not known
    set_aside_until TEXT,    -- no fill of the sweep's before this; NULL with a reason: until its row changes
    set_aside_why   TEXT NOT NULL DEFAULT '', -- the outcome that caused it; empty: not set aside
    set_aside_row   TEXT NOT NULL DEFAULT '', -- the camera's updated_at when it was set aside
    failures        INTEGER NOT NULL DEFAULT 0, -- in a row, for the backoff
    speed           REAL, -- measured, x real time; NULL: not known
    shift_s         REAL NOT NULL DEFAULT 0,
    shift_shown_by  TEXT NOT NULL DEFAULT '',
    shift_found_at  TEXT,
    zones_tried_at  TEXT -- when it was last asked by zones because it had nothing at the times asked for
);

-- What was learned about a device (host and port, or one camera): how many replay sessions at once it takes.
CREATE TABLE IF NOT EXISTS device_memory (
    device   TEXT PRIMARY KEY,
    sessions INTEGER NOT NULL
);

-- What the device behind a camera (host and port) was trusted by; a person's word makes it forgotten.
CREATE TABLE IF NOT EXISTS device_trust (
    camera_id      TEXT NOT NULL,
    device         TEXT NOT NULL,
    login_strength INTEGER NOT NULL, -- of the strongest login that it took: 1 Basic, 2 Digest MD5, 3 SHA-256; 0: none yet
    certificate    TEXT NOT NULL,    -- SHA-256 of its TLS certificate; empty: none seen
    noted_at       TEXT NOT NULL,
    PRIMARY KEY (camera_id, device)
);

CREATE TABLE IF NOT EXISTS events (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    at        TEXT NOT NULL,
    kind      TEXT NOT NULL,
    who       TEXT NOT NULL, -- user@host
    camera_id TEXT,
    gap_id    TEXT,
    fill_id   INTEGER,
    words     TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS idx_events_gap ON events (gap_id, id);

-- The newest event that the command ANR_ON_EVENT was given: none or one row.
CREATE TABLE IF NOT EXISTS hook (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    event_id INTEGER NOT NULL
);

-- What the newest diagnosis of each camera says, a line a check; `request_id` is the request that it answers.
CREATE TABLE IF NOT EXISTS checks (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id INTEGER NOT NULL,
    camera_id  TEXT NOT NULL,
    kind       TEXT NOT NULL,
    mark       TEXT NOT NULL, -- waiting and running until the check has ended
    seen       TEXT NOT NULL,
    hint       TEXT NOT NULL,
    at         TEXT NOT NULL,
    UNIQUE (request_id, kind)
);

PRAGMA user_version = 9;
