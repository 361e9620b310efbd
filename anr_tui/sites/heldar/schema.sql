-- The site database of a site without Heldar: the tables and columns that Heldar's has, so that both read the same.
-- Times are RFC 3339 UTC text with `T` and `+00:00`; booleans are 0 or 1; JSON is text.

CREATE TABLE sites (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    timezone   TEXT NOT NULL DEFAULT 'UTC',
    created_at TEXT NOT NULL
);

CREATE TABLE cameras (
    id                      TEXT PRIMARY KEY,
    site_id                 TEXT REFERENCES sites (id) ON DELETE SET NULL,
    name                    TEXT NOT NULL,
    vendor                  TEXT NOT NULL DEFAULT 'generic',
    model                   TEXT,
    address                 TEXT,
    rtsp_port               INTEGER NOT NULL DEFAULT 554,
    username                TEXT,
    password                TEXT, -- plain or sealed (`enc:v1:`)
    main_stream_url         TEXT,
    sub_stream_url          TEXT,
    record_stream           TEXT NOT NULL DEFAULT 'main',
    codec                   TEXT,
    resolution_main         TEXT,
    resolution_sub          TEXT,
    fps_main                INTEGER,
    fps_sub                 INTEGER,
    capabilities            TEXT NOT NULL DEFAULT '{}',
    record_enabled          INTEGER NOT NULL DEFAULT 1,
    segment_seconds         INTEGER NOT NULL DEFAULT 60,
    retention_hours         INTEGER NOT NULL DEFAULT 24,
    enabled                 INTEGER NOT NULL DEFAULT 1,
    created_at              TEXT NOT NULL,
    updated_at              TEXT NOT NULL,
    storage_quota_bytes     INTEGER,
    record_audio            INTEGER NOT NULL DEFAULT 0,
    record_mode             TEXT NOT NULL DEFAULT 'continuous',
    pre_roll_seconds        INTEGER NOT NULL DEFAULT 5,
    post_roll_seconds       INTEGER NOT NULL DEFAULT 10,
    mirror_enabled          INTEGER NOT NULL DEFAULT 0,
    anr_enabled             INTEGER NOT NULL DEFAULT 0,
    anr_replay_url_template TEXT,
    priority                INTEGER NOT NULL DEFAULT 100,
    native_anpr_enabled     INTEGER NOT NULL DEFAULT 0,
    native_events_enabled   INTEGER NOT NULL DEFAULT 0,
    live_warm               INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE camera_status (
    camera_id        TEXT PRIMARY KEY REFERENCES cameras (id) ON DELETE CASCADE,
    state            TEXT NOT NULL DEFAULT 'unknown',
    last_segment_at  TEXT,
    last_started_at  TEXT,
    reconnect_count  INTEGER NOT NULL DEFAULT 0,
    segments_written INTEGER NOT NULL DEFAULT 0,
    fps_observed     REAL,
    bitrate_kbps     REAL,
    last_error       TEXT,
    recorder_pid     INTEGER,
    updated_at       TEXT NOT NULL
);

CREATE TABLE segments (
    id              TEXT PRIMARY KEY,
    camera_id       TEXT NOT NULL REFERENCES cameras (id) ON DELETE CASCADE,
    path            TEXT NOT NULL UNIQUE,
    start_time      TEXT NOT NULL,
    end_time        TEXT NOT NULL,
    duration_s      REAL NOT NULL,
    codec           TEXT,
    width           INTEGER,
    height          INTEGER,
    size_bytes      INTEGER NOT NULL DEFAULT 0,
    container       TEXT NOT NULL DEFAULT 'mp4',
    locked          INTEGER NOT NULL DEFAULT 0,
    incident_id     TEXT,
    evidence_locked INTEGER NOT NULL DEFAULT 0,
    created_at      TEXT NOT NULL
);
CREATE INDEX idx_segments_camera_start ON segments (camera_id, start_time);

CREATE TABLE recording_gaps (
    id              TEXT PRIMARY KEY,
    camera_id       TEXT NOT NULL REFERENCES cameras (id) ON DELETE CASCADE,
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
CREATE INDEX idx_recording_gaps_state ON recording_gaps (fill_state, camera_id);

CREATE TABLE audit_log (
    id          TEXT PRIMARY KEY,
    actor       TEXT,
    actor_name  TEXT,
    role        TEXT,
    action      TEXT NOT NULL,
    target_type TEXT,
    target_id   TEXT,
    detail      TEXT NOT NULL DEFAULT '{}',
    created_at  TEXT NOT NULL
);
