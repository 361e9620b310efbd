-- What we read of a site, and the only things that we write: as Heldar's own loop, and its retry, write them.

-- name: cameras
SELECT c.id, c.name, c.vendor, c.address, c.rtsp_port, c.username, c.password, c.record_stream, c.record_audio,
       c.retention_hours, c.segment_seconds, c.anr_enabled, c.anr_replay_url_template, c.updated_at,
       s.state AS state
FROM cameras AS c LEFT JOIN camera_status AS s ON s.camera_id = c.id
ORDER BY c.name, c.id;

-- Heldar notes its migrations in the databases that it works on, ours included.
-- name: ownership
SELECT (SELECT application_id FROM pragma_application_id) AS mark,
       (SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name LIKE '%migrations%') AS migrations;

-- name: camera_names
SELECT id, name FROM cameras;

-- A site has no row in `sites`, or one; which of several a camera belongs to is not ours to say.
-- name: add_camera
INSERT INTO cameras (id, site_id, name, vendor, address, rtsp_port, username, password, anr_enabled,
                     anr_replay_url_template, created_at, updated_at)
VALUES (:id, (SELECT CASE count(*) WHEN 1 THEN min(id) END FROM sites), :name, :vendor, :address, :rtsp_port, :username,
        :password, :anr_enabled, :template, :at, :at);

-- name: change_camera
UPDATE cameras
SET name = :name, vendor = :vendor, address = :address, rtsp_port = :rtsp_port, username = :username,
    password = coalesce(:password, password), anr_enabled = :anr_enabled, anr_replay_url_template = :template,
    updated_at = :at
WHERE id = :id AND updated_at = :seen;

-- name: gaps
SELECT id, camera_id, gap_start, gap_end, gap_seconds, fill_state, fill_attempts, last_attempt_at, filled_at
FROM recording_gaps
WHERE (:camera_id IS NULL OR camera_id = :camera_id)
ORDER BY gap_start DESC, id;

-- name: gap
SELECT id, camera_id, gap_start, gap_end, gap_seconds, fill_state, fill_attempts, last_attempt_at, filled_at
FROM recording_gaps
WHERE id = :gap_id;

-- Reading the rows in their own order takes a third of the time that following an index to each of them does.
-- name: gap_counts
SELECT camera_id, fill_state, count(*) AS gaps, total(gap_seconds) AS seconds
FROM recording_gaps NOT INDEXED
GROUP BY camera_id, fill_state;

-- name: failed_gap_ids
SELECT id FROM recording_gaps WHERE fill_state = 'failed' ORDER BY gap_start DESC, id;

-- A gap is due when Heldar's loop would take it, its end has settled, and its footage outlives retention (which may
-- reach back before the first year that SQLite can count from, so it is capped). Of a camera with few pending gaps all
-- are looked at (index on fill_state and camera_id); another one's are read in order until there are enough of them
-- (index on camera_id and gap_start). The unary + keeps the other index out.
-- name: due_gaps
WITH asked AS MATERIALIZED (
    SELECT id, min(retention_hours, :card_hours, 1000000) || ' hours' AS kept,
           strftime('%Y-%m-%dT%H:%M:%S+00:00', :now, '-' || min(retention_hours, 1000000) || ' hours') AS oldest_kept,
           (SELECT count(*) FROM (
                SELECT 1 FROM recording_gaps AS g WHERE g.fill_state = 'pending' AND g.camera_id = cameras.id
                LIMIT :few + 1)) <= :few AS has_few
    FROM cameras
    WHERE anr_enabled = 1 AND id NOT IN (SELECT value FROM json_each(:left_out_cameras))
), fillable AS NOT MATERIALIZED (
    SELECT rowid AS row, camera_id, gap_start, gap_end, fill_state
    FROM recording_gaps
    WHERE fill_attempts < :max_attempts AND gap_end <= :settled
      AND id NOT IN (SELECT value FROM json_each(:left_out_gaps))
)
SELECT g.id, g.camera_id, g.gap_start, g.gap_end, g.gap_seconds, g.fill_state, g.fill_attempts, g.last_attempt_at,
       g.filled_at
FROM asked AS c CROSS JOIN recording_gaps AS g
WHERE g.rowid IN (
    SELECT row FROM fillable
    WHERE c.has_few AND fill_state = 'pending' AND camera_id = c.id
      AND +gap_start >= :oldest AND gap_end > c.oldest_kept
    UNION ALL SELECT * FROM (
        SELECT row FROM fillable
        WHERE NOT c.has_few AND :order = 'newest' AND camera_id = c.id AND gap_start >= :oldest
          AND gap_end > c.oldest_kept AND +fill_state = 'pending'
        ORDER BY gap_start DESC LIMIT :most)
    UNION ALL SELECT * FROM (
        SELECT row FROM fillable
        WHERE NOT c.has_few AND :order <> 'newest' AND camera_id = c.id AND gap_start >= :oldest
          AND gap_end > c.oldest_kept AND +fill_state = 'pending'
        ORDER BY gap_start LIMIT :most))
ORDER BY
    CASE WHEN :order = 'newest' THEN g.gap_start END DESC,
    CASE WHEN :order = 'oldest' THEN g.gap_start END,
    CASE WHEN :order = 'deadline' THEN strftime('%Y-%m-%dT%H:%M:%S', g.gap_start, '+' || c.kept) END,
    g.id
LIMIT :most;

-- name: usage
SELECT coalesce(sum(s.size_bytes), 0) AS total_bytes, min(s.start_time) AS total_oldest,
       coalesce(sum(s.size_bytes) FILTER (WHERE s.camera_id = :camera_id), 0) AS camera_bytes,
       min(s.start_time) FILTER (WHERE s.camera_id = :camera_id) AS camera_oldest,
       (SELECT c.storage_quota_bytes FROM cameras AS c WHERE c.id = :camera_id) AS quota_bytes
FROM segments AS s;

-- Segments follow each other by the thousand, so neighbours are joined here: rows that touch make one run.
-- name: recorded
WITH held AS (
    SELECT CAST(strftime('%s', start_time) AS INTEGER) AS start_s, CAST(strftime('%s', end_time) AS INTEGER) AS end_s
    FROM segments
    WHERE camera_id = :camera_id AND start_time >= :since
), marked AS (
    SELECT start_s, end_s, start_s - lag(end_s) OVER (ORDER BY start_s) > 3 AS is_new FROM held WHERE end_s > start_s
), runs AS (
    SELECT start_s, end_s, sum(coalesce(is_new, 0)) OVER (ORDER BY start_s) AS run FROM marked
)
SELECT min(start_s) AS start_s, max(end_s) AS end_s FROM runs GROUP BY run ORDER BY run;

-- name: newest_segments
SELECT camera_id, start_time FROM segments ORDER BY start_time DESC LIMIT :most;

-- name: time_zones
SELECT DISTINCT timezone FROM sites WHERE timezone <> '';

-- name: mark_filled
UPDATE recording_gaps
SET fill_state = 'filled', fill_attempts = fill_attempts + 1, last_attempt_at = :at, filled_at = :at
WHERE id = :gap_id;

-- name: mark_attempt_failed
UPDATE recording_gaps
SET fill_attempts = fill_attempts + 1, last_attempt_at = :at,
    fill_state = CASE WHEN fill_attempts + 1 >= :max_attempts THEN 'failed' ELSE 'pending' END
WHERE id = :gap_id AND fill_state <> 'filled';

-- name: retry
UPDATE recording_gaps
SET fill_state = 'pending', fill_attempts = 0, last_attempt_at = NULL, filled_at = NULL
WHERE id = :gap_id;

-- As Heldar's retry route writes it for somebody without a login there: the actor is `system`, who is always `admin`.
-- name: note_retry
INSERT INTO audit_log (id, actor, actor_name, role, action, target_type, target_id, detail, created_at)
SELECT :id, 'system', :asked_by, 'admin', 'anr_retry_gap', 'recording_gap', id, json_object('camera_id', camera_id), :at
FROM recording_gaps WHERE id = :gap_id;

-- A later Heldar also keeps the camera in a column of its own, to show people the rows of their cameras only.
-- name: note_retry_camera
UPDATE audit_log SET subject_camera_id = json_extract(detail, '$.camera_id') WHERE id = :id;
