-- From version 7: what clocks showed while footage was fetched (NULL: not kept), and when zones were last tried on a
-- camera that has nothing at the times that it is asked for.
ALTER TABLE landed_files ADD COLUMN shift_s REAL;
ALTER TABLE landed_files ADD COLUMN camera_clock_off_s REAL;
ALTER TABLE landed_files ADD COLUMN own_clock_synced INTEGER;
ALTER TABLE landed_files ADD COLUMN own_clock_step_s REAL;
ALTER TABLE camera_memory ADD COLUMN zones_tried_at TEXT;
PRAGMA user_version = 8;
