-- user_version = 9
-- application_id = 0
-- journal_mode = wal
CREATE TABLE camera_memory (
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
CREATE TABLE checks (
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
CREATE TABLE device_memory (
    device   TEXT PRIMARY KEY,
    sessions INTEGER NOT NULL
);
CREATE TABLE device_trust (
    camera_id      TEXT NOT NULL,
    device         TEXT NOT NULL,
    login_strength INTEGER NOT NULL, -- of the strongest login that it took: 1 Basic, 2 Digest MD5, 3 SHA-256; 0: none yet
    certificate    TEXT NOT NULL,    -- SHA-256 of its TLS certificate; empty: none seen
    noted_at       TEXT NOT NULL,
    PRIMARY KEY (camera_id, device)
);
CREATE TABLE events (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    at        TEXT NOT NULL,
    kind      TEXT NOT NULL,
    who       TEXT NOT NULL, -- user@host
    camera_id TEXT,
    gap_id    TEXT,
    fill_id   INTEGER,
    words     TEXT NOT NULL
);
CREATE TABLE evidence_chain (
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
CREATE TABLE fills (
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
CREATE TABLE hook (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    event_id INTEGER NOT NULL
);
CREATE INDEX idx_events_gap ON events (gap_id, id);
CREATE INDEX idx_fills_gap ON fills (gap_id, id);
CREATE INDEX idx_fills_running ON fills (id) WHERE outcome IS NULL;
CREATE INDEX idx_landed_files_fill ON landed_files (fill_id);
CREATE INDEX idx_requests_gap ON requests (gap_id, id);
CREATE INDEX idx_requests_open ON requests (id) WHERE state IN ('asked', 'taken');
CREATE TABLE landed_files (
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
CREATE TABLE lease (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    worker_id  INTEGER NOT NULL REFERENCES workers (id),
    expires_at TEXT NOT NULL
);
CREATE TABLE queue (
    gap_id    TEXT PRIMARY KEY,
    worker_id INTEGER NOT NULL,
    why       TEXT NOT NULL,
    asked     REAL, -- lower: earlier among those that people asked for; NULL: nobody did
    until     TEXT  -- when the reason ends; NULL: not known
);
CREATE TABLE requests (
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
CREATE TABLE sqlite_sequence(name,seq);
CREATE TABLE workers (
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
