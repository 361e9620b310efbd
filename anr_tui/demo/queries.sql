-- What a recorder writes into the site database, and what the demo needs to set up its own.

-- name: add_site
INSERT INTO sites (id, name, timezone, created_at) VALUES ('demo', 'Demo site', 'UTC', :at);

-- name: add_camera
INSERT INTO cameras (id, site_id, name, vendor, model, address, username, password, codec, resolution_main, fps_main,
                     segment_seconds, retention_hours, anr_enabled, created_at, updated_at)
VALUES (:id, 'demo', :name, 'hikvision', 'simulated', :address, :username, :password, 'h264', :resolution, :fps,
        :segment_s, :retention_hours, 1, :at, :at);

-- name: logins
SELECT id, username, password FROM cameras;

-- name: set_port
UPDATE cameras SET rtsp_port = :port WHERE id = :id;

-- name: set_status
INSERT INTO camera_status (camera_id, state, last_error, last_started_at, updated_at)
VALUES (:camera_id, :state, :last_error, :at, :at)
ON CONFLICT (camera_id) DO UPDATE
SET reconnect_count = reconnect_count + (state <> 'recording' AND excluded.state = 'recording'),
    state = excluded.state, last_error = excluded.last_error, updated_at = excluded.updated_at;

-- name: count_segment
UPDATE camera_status
SET segments_written = segments_written + 1, last_segment_at = :at, fps_observed = :fps, updated_at = :at
WHERE camera_id = :camera_id;

-- name: add_segment
INSERT INTO segments (id, camera_id, path, start_time, end_time, duration_s, codec, width, height, size_bytes, created_at)
VALUES (:id, :camera_id, :path, :start, :end, :duration_s, 'h264', :width, :height, :size_bytes, :end);

-- name: add_gap
INSERT INTO recording_gaps (id, camera_id, gap_start, gap_end, gap_seconds, created_at)
VALUES (:id, :camera_id, :start, :end, :seconds, :at);

-- name: forget_segments
DELETE FROM segments WHERE camera_id = :camera_id AND end_time <= :before;
