-- Every write of a worker names the lease under which it works (`:lease`); under a lost lease it changes nothing.

-- One statement, so that both are of the same moment while others make the tables.
-- name: shape
SELECT (SELECT user_version FROM pragma_user_version), (SELECT group_concat(name) FROM sqlite_master WHERE type = 'table');

-- name: lease
SELECT l.worker_id, l.expires_at, w.host, w.pid, w.birth
FROM lease AS l JOIN workers AS w ON w.id = l.worker_id;

-- name: add_worker
INSERT INTO workers (user, host, pid, birth, version, lifetime, started_at, seen_at, paused)
VALUES (:user, :host, :pid, :birth, :version, :lifetime, :at, :at, :paused);

-- name: take_lease
INSERT INTO lease (one, worker_id, expires_at) VALUES (1, :lease, :expires_at)
ON CONFLICT (one) DO UPDATE SET worker_id = :lease, expires_at = :expires_at;

-- name: renew_lease
UPDATE lease SET expires_at = :expires_at WHERE worker_id = :lease;

-- name: note_worker
UPDATE workers SET seen_at = :at, paused = :paused, halted = :halted, next_sweep_at = :next_sweep_at
WHERE id = :lease AND EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease);

-- name: note_lifetime
UPDATE workers SET lifetime = :lifetime WHERE id = :lease AND EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease);

-- name: note_rules
UPDATE workers SET rules = :rules WHERE id = :lease AND EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease);

-- name: note_queued
INSERT INTO queue (gap_id, worker_id, why, asked, until) VALUES (:gap_id, :lease, :why, :asked, :until)
ON CONFLICT (gap_id) DO UPDATE SET worker_id = :lease, why = :why, asked = :asked, until = :until;

-- Also whatever another worker left behind.
-- name: leave_queue
DELETE FROM queue WHERE worker_id <> :lease OR gap_id IN (SELECT value FROM json_each(:gap_ids));

-- name: queue
SELECT * FROM queue WHERE worker_id = :worker_id;

-- name: give_back_lease
DELETE FROM lease WHERE worker_id = :lease;

-- name: end_worker
UPDATE workers SET ended_at = :at, next_sweep_at = NULL WHERE id = :lease;

-- name: last_worker
SELECT w.*, l.expires_at FROM workers AS w LEFT JOIN lease AS l ON l.worker_id = w.id ORDER BY w.id DESC LIMIT 1;

-- name: first_worker
SELECT w.*, NULL AS expires_at FROM workers AS w ORDER BY w.id LIMIT 1;

-- name: ask
INSERT INTO requests (kind, camera_id, gap_id, fill_id, part_id, moment, asked_by, asked_at)
VALUES (:kind, :camera_id, :gap_id, :fill_id, :part_id, :moment, :asked_by, :at);

-- name: asked_requests
SELECT * FROM requests WHERE state = 'asked' ORDER BY id;

-- What people asked to be filled and a worker has taken: it waits in its hands, or is being filled.
-- name: taken_fills
SELECT * FROM requests WHERE state = 'taken' AND kind = 'fill' ORDER BY id;

-- name: open_requests
SELECT id, kind, gap_id, fill_id, camera_id, part_id, moment FROM requests WHERE state IN ('asked', 'taken') ORDER BY id;

-- name: request
SELECT * FROM requests WHERE id = :request_id;

-- name: requests
SELECT * FROM requests WHERE id IN (SELECT value FROM json_each(:request_ids)) ORDER BY id;

-- Nobody takes back what somebody else has asked for.
-- name: withdraw_request
UPDATE requests SET state = 'withdrawn', reason = :reason, ended_at = :at
WHERE id = :request_id AND state = 'asked' AND asked_by = :who;

-- name: newest_requests
SELECT * FROM requests ORDER BY id DESC LIMIT :most;

-- Who cancels a fill asks about its gap, too.
-- name: requests_of_gap
SELECT * FROM requests
WHERE gap_id = :gap_id OR fill_id IN (SELECT id FROM fills WHERE gap_id = :gap_id)
ORDER BY id DESC LIMIT :most;

-- name: take_request
UPDATE requests SET state = 'taken'
WHERE id = :request_id AND state = 'asked' AND EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease);

-- name: end_request
UPDATE requests SET state = :state, reason = :reason, ended_at = :at
WHERE id = :request_id AND state IN ('asked', 'taken') AND EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease);

-- name: ask_again
UPDATE requests SET state = 'asked'
WHERE id = :request_id AND state = 'taken' AND EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease);

-- Whether to end, drain or stay was asked of the worker before, and not of the one that comes now.
-- name: drop_lifetime_requests
UPDATE requests SET state = 'refused', reason = 'That worker has ended meanwhile.', ended_at = :at
WHERE state IN ('asked', 'taken') AND kind IN ('end', 'drain', 'stay');

-- Requests that a worker had taken when it died are asked again.
-- name: reopen_requests
UPDATE requests SET state = 'asked'
WHERE state = 'taken' AND EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease);

-- name: start_fill
INSERT INTO fills (gap_id, camera_id, worker_id, window_start, window_end, phase, asked_by, started_at)
SELECT :gap_id, :camera_id, :lease, :window_start, :window_end, 'planning', :asked_by, :at
WHERE EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease);

-- name: name_fill_log
UPDATE fills SET log_name = :log_name WHERE id = :fill_id;

-- name: note_fill
UPDATE fills
SET phase = :phase, wanted_s = :wanted_s, got_s = :got_s, size_bytes = :size_bytes, speed = :speed, pieces = :pieces,
    pieces_landed = :pieces_landed
WHERE id = :fill_id AND outcome IS NULL AND EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease);

-- name: end_fill
UPDATE fills
SET phase = 'ended', outcome = :outcome, reason = :reason, ended_at = :at, got_s = :got_s, size_bytes = :size_bytes,
    speed = :speed, pieces = :pieces, pieces_landed = :pieces_landed, wanted_s = :wanted_s
WHERE id = :fill_id AND outcome IS NULL AND EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease);

-- name: fill
SELECT * FROM fills WHERE id = :fill_id;

-- name: running_fills
SELECT * FROM fills WHERE outcome IS NULL ORDER BY id;

-- name: newest_fills
SELECT * FROM fills WHERE outcome IS NOT NULL ORDER BY id DESC LIMIT :most;

-- name: fills_of_gap
SELECT * FROM fills WHERE gap_id = :gap_id ORDER BY id DESC;

-- name: last_fill_of_each_gap
SELECT f.* FROM fills AS f JOIN (SELECT max(id) AS id FROM fills GROUP BY gap_id) AS newest ON newest.id = f.id;

-- name: add_landed_file
INSERT INTO landed_files (fill_id, camera_id, name, start_time, end_time, asked_start, asked_end, size_bytes, sha256,
                          source_url, ffmpeg_version, landed_at, proof, shown_by, pictures, shift_s,
                          camera_clock_off_s, own_clock_synced, own_clock_step_s)
SELECT :fill_id, :camera_id, :name, :start_time, :end_time, :asked_start, :asked_end, :size_bytes, :sha256,
       :source_url, :ffmpeg_version, :at, :proof, :shown_by, :pictures, :shift_s,
       :camera_clock_off_s, :own_clock_synced, :own_clock_step_s
WHERE EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease);

-- name: sealed_record
SELECT l.*, f.gap_id, f.asked_by FROM landed_files AS l LEFT JOIN fills AS f ON f.id = l.fill_id WHERE l.id = :landed_id;

-- name: sealed_records
SELECT l.*, f.gap_id, f.asked_by FROM landed_files AS l LEFT JOIN fills AS f ON f.id = l.fill_id;

-- name: chain_head
SELECT number, link FROM evidence_chain ORDER BY number DESC LIMIT 1;

-- name: chain_entries
SELECT * FROM evidence_chain ORDER BY number;

-- name: add_chain_entry
INSERT INTO evidence_chain (number, kind, landed_id, camera_id, name, end_time, at, record, link)
VALUES (:number, :kind, :landed_id, :camera_id, :name, :end_time, :at, :record, :link);

-- name: landed_files
SELECT l.*, f.gap_id, f.asked_by FROM landed_files AS l JOIN fills AS f ON f.id = l.fill_id
WHERE (:gap_id IS NULL OR f.gap_id = :gap_id)
ORDER BY l.id;

-- name: fills_in
SELECT * FROM fills WHERE window_start < :end AND window_end > :start ORDER BY id;

-- name: landed_in
SELECT l.*, f.gap_id, f.asked_by FROM landed_files AS l JOIN fills AS f ON f.id = l.fill_id
WHERE l.start_time < :end AND l.end_time > :start
ORDER BY l.id;

-- Only what figures over many days need: no file's hash, no log's name.
-- name: held_since
SELECT camera_id, start_time, end_time FROM landed_files WHERE end_time > :start ORDER BY camera_id, start_time;

-- name: fill_paces
SELECT camera_id, ended_at, speed, got_s, size_bytes,
       (julianday(ended_at) - julianday(started_at)) * 86400.0 AS took_s
FROM (
    SELECT *, row_number() OVER (PARTITION BY camera_id ORDER BY id DESC) AS nth FROM fills
    WHERE outcome IS NOT NULL AND got_s > 0 AND speed > 0 AND ended_at > started_at
) WHERE nth <= :most
ORDER BY id;

-- name: recovered
SELECT coalesce(sum((julianday(end_time) - julianday(start_time)) * 86400.0), 0.0) AS recovered_s FROM landed_files;

-- name: camera_memories
SELECT * FROM camera_memory;

-- name: remember_speed
INSERT INTO camera_memory (camera_id, full_speed, speed)
SELECT :camera_id, :full_speed, :speed WHERE EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease)
ON CONFLICT (camera_id) DO UPDATE
SET full_speed = coalesce(:full_speed, full_speed), speed = coalesce(:speed, speed);

-- name: remember_shift
INSERT INTO camera_memory (camera_id, shift_s, shift_shown_by, shift_found_at)
SELECT :camera_id, :shift_s, :shown_by, :at WHERE EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease)
ON CONFLICT (camera_id) DO UPDATE SET shift_s = :shift_s, shift_shown_by = :shown_by, shift_found_at = :at;

-- name: remember_zones_tried
INSERT INTO camera_memory (camera_id, zones_tried_at)
SELECT :camera_id, :at WHERE EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease)
ON CONFLICT (camera_id) DO UPDATE SET zones_tried_at = :at;

-- name: device_sessions
SELECT device, sessions FROM device_memory;

-- name: remember_sessions
INSERT INTO device_memory (device, sessions)
SELECT :device, :sessions WHERE EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease)
ON CONFLICT (device) DO UPDATE SET sessions = :sessions;

-- name: device_trust
SELECT login_strength, certificate FROM device_trust WHERE camera_id = :camera_id AND device = :device;

-- name: note_device_trust
INSERT INTO device_trust (camera_id, device, login_strength, certificate, noted_at)
SELECT :camera_id, :device, :login_strength, :certificate, :at
WHERE EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease)
ON CONFLICT (camera_id, device) DO UPDATE
SET login_strength = :login_strength, certificate = :certificate, noted_at = :at;

-- name: forget_device_trust
DELETE FROM device_trust WHERE camera_id = :camera_id;

-- name: set_aside
INSERT INTO camera_memory (camera_id, set_aside_until, set_aside_why, set_aside_row, failures)
SELECT :camera_id, :until, :why, :row, :failures WHERE EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease)
ON CONFLICT (camera_id) DO UPDATE
SET set_aside_until = :until, set_aside_why = :why, set_aside_row = :row, failures = :failures;

-- An event about a fill is about its gap and camera, too.
-- name: add_event
INSERT INTO events (at, kind, who, camera_id, gap_id, fill_id, words)
SELECT :at, :kind, :who, coalesce(:camera_id, f.camera_id), coalesce(:gap_id, f.gap_id), :fill_id, :words
FROM (SELECT 1) LEFT JOIN fills AS f ON f.id = :fill_id;

-- name: newest_events
SELECT * FROM events
WHERE id > :after AND (:since IS NULL OR at >= :since) AND (:camera_id IS NULL OR camera_id = :camera_id)
  AND (:gap_id IS NULL OR gap_id = :gap_id)
  AND (:kinds IS NULL OR kind IN (SELECT value FROM json_each(:kinds)))
ORDER BY id DESC LIMIT :most;

-- name: last_diagnosis
SELECT * FROM requests WHERE kind = 'diagnose' AND camera_id = :camera_id ORDER BY id DESC LIMIT 1;

-- name: checks
SELECT * FROM checks WHERE request_id = :request_id ORDER BY id;

-- name: drop_checks
DELETE FROM checks WHERE camera_id = :camera_id AND EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease);

-- name: note_check
INSERT INTO checks (request_id, camera_id, kind, mark, seen, hint, at)
SELECT :request_id, :camera_id, :kind, :mark, :seen, :hint, :at
WHERE EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease)
ON CONFLICT (request_id, kind) DO UPDATE SET mark = :mark, seen = :seen, hint = :hint, at = :at;

-- name: handed_event
SELECT event_id FROM hook;

-- name: hand_event
INSERT INTO hook (one, event_id) SELECT 1, :event_id WHERE EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease)
ON CONFLICT (one) DO UPDATE SET event_id = :event_id;

-- name: old_events
SELECT id FROM events WHERE at < :before;

-- name: prune_events
DELETE FROM events
WHERE id IN (SELECT value FROM json_each(:ids)) AND EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease);

-- name: old_checks
SELECT id FROM checks WHERE at < :before;

-- name: prune_checks
DELETE FROM checks
WHERE id IN (SELECT value FROM json_each(:ids)) AND EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease);

-- name: old_requests
SELECT id FROM requests WHERE state NOT IN ('asked', 'taken') AND coalesce(ended_at, asked_at) < :before;

-- name: prune_requests
DELETE FROM requests
WHERE id IN (SELECT value FROM json_each(:ids)) AND EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease);

-- A fill stays for as long as a landed file of it is known.
-- name: old_fills
SELECT id FROM fills
WHERE outcome IS NOT NULL AND ended_at < :before AND id NOT IN (SELECT fill_id FROM landed_files);

-- name: prune_fills
DELETE FROM fills
WHERE id IN (SELECT value FROM json_each(:ids)) AND EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease);

-- name: old_workers
SELECT id FROM workers WHERE seen_at < :before AND id <> :lease AND id NOT IN (SELECT worker_id FROM fills);

-- name: prune_workers
DELETE FROM workers
WHERE id IN (SELECT value FROM json_each(:ids)) AND EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease);

-- name: landed_before
SELECT l.*, f.gap_id, f.asked_by FROM landed_files AS l JOIN fills AS f ON f.id = l.fill_id WHERE l.landed_at < :before;

-- name: prune_landed_files
DELETE FROM landed_files
WHERE id IN (SELECT value FROM json_each(:ids)) AND EXISTS (SELECT 1 FROM lease WHERE worker_id = :lease);

-- name: still_holds
SELECT 1 FROM lease WHERE worker_id = :lease;

-- Where SQLite notes the last id that it gave (https://www.sqlite.org/autoinc.html).
-- name: last_fill_number
SELECT seq FROM sqlite_sequence WHERE name = 'fills';

-- name: begin_fill_numbers
INSERT INTO sqlite_sequence (name, seq) VALUES ('fills', :fill_id);

-- name: raise_fill_numbers
UPDATE sqlite_sequence SET seq = max(seq, :fill_id) WHERE name = 'fills';
