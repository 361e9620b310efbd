-- From version 5: the reason why a camera is set aside is the code of an outcome, no longer its words.
UPDATE camera_memory
SET set_aside_why = CASE
    WHEN set_aside_why = 'no footage on the camera' THEN 'no_footage'
    WHEN set_aside_why = 'disk full or not writable' THEN 'disk_full'
    WHEN replace(set_aside_why, ' ', '_') IN (
        'filled', 'partly_filled', 'no_footage', 'camera_busy', 'unreachable', 'login_refused', 'not_understood',
        'disk_full', 'stopped', 'timed_out', 'too_old', 'interrupted'
    ) THEN replace(set_aside_why, ' ', '_')
    -- Words that no version wrote: only a refused login sets a camera aside without an end.
    WHEN set_aside_until IS NULL THEN 'login_refused'
    ELSE 'unreachable'
END
WHERE set_aside_why <> '';
PRAGMA user_version = 6;
