-- From version 8: the chain of evidence. Records from before it are older than its first link says, and not sealed.
CREATE TABLE evidence_chain (
    number    INTEGER PRIMARY KEY,
    kind      TEXT NOT NULL,
    landed_id INTEGER NOT NULL,
    camera_id TEXT NOT NULL,
    name      TEXT NOT NULL,
    end_time  TEXT NOT NULL,
    at        TEXT NOT NULL,
    record    TEXT NOT NULL,
    link      TEXT NOT NULL
);
INSERT INTO evidence_chain (number, kind, landed_id, camera_id, name, end_time, at, record, link)
SELECT 0, 'begun', coalesce(max(id), 0), '', '', '', '', '', 'begun:' || coalesce(max(id), 0) FROM landed_files;
-- What devices were trusted by.
CREATE TABLE device_trust (
    camera_id      TEXT NOT NULL,
    device         TEXT NOT NULL,
    login_strength INTEGER NOT NULL,
    certificate    TEXT NOT NULL,
    noted_at       TEXT NOT NULL,
    PRIMARY KEY (camera_id, device)
);
PRAGMA user_version = 9;
