-- What is read and written of the gaps that were found in a directory.

-- name: is_made
SELECT 1 FROM sqlite_master WHERE name = 'newest';

-- name: gaps
SELECT id, camera_id, gap_start, gap_end, gap_seconds, fill_state, fill_attempts, last_attempt_at, filled_at
FROM recording_gaps
WHERE (:camera_id IS NULL OR camera_id = :camera_id)
ORDER BY gap_start DESC, id;

-- name: gap
SELECT id, camera_id, gap_start, gap_end, gap_seconds, fill_state, fill_attempts, last_attempt_at, filled_at
FROM recording_gaps
WHERE id = :gap_id;

-- name: gap_counts
SELECT camera_id, fill_state, count(*) AS gaps, total(gap_seconds) AS seconds
FROM recording_gaps
GROUP BY camera_id, fill_state;

-- name: failed_gap_ids
SELECT id FROM recording_gaps WHERE fill_state = 'failed' ORDER BY gap_start DESC, id;

-- name: noted
SELECT gap_start, gap_end FROM recording_gaps WHERE camera_id = :camera_id AND gap_end > :start AND gap_start < :end;

-- name: add_gap
INSERT OR IGNORE INTO recording_gaps (id, camera_id, gap_start, gap_end, gap_seconds, created_at)
VALUES (:id, :camera_id, :start, :end, :seconds, :at);

-- name: newest
SELECT camera_id, start FROM newest;

-- name: note_newest
INSERT INTO newest (camera_id, start) VALUES (:camera_id, :start)
ON CONFLICT (camera_id) DO UPDATE SET start = max(start, excluded.start);

-- name: mark_filled
UPDATE recording_gaps
SET fill_state = 'filled', fill_attempts = fill_attempts + 1, last_attempt_at = :at, filled_at = :at
WHERE id = :gap_id;

-- name: mark_attempt
UPDATE recording_gaps
SET fill_attempts = fill_attempts + 1, last_attempt_at = :at,
    fill_state = CASE WHEN fill_attempts + 1 >= :max_attempts THEN 'failed' ELSE 'pending' END
WHERE id = :gap_id AND fill_state <> 'filled';

-- name: retry
UPDATE recording_gaps
SET fill_state = 'pending', fill_attempts = 0, last_attempt_at = NULL, filled_at = NULL
WHERE id = :gap_id;
