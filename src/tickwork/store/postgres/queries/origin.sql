-- Which server this is, and on which of its lives: a fail-over and a restore of the server begin a new one. What was
-- committed last may be missing then, claims among it; fences go on above every number that can have been given
-- (there is never more than one in a microsecond), so that none of those fits a run again.
WITH here AS (
    SELECT system_identifier::text || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) AS origin
    FROM pg_control_system()
),
noted AS (
    INSERT INTO tickwork.meta AS meta (key, value) SELECT 'origin', origin FROM here
    ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE meta.value <> excluded.value
    RETURNING xmax <> 0 AS moved
)
SELECT setval('tickwork.fence_number', greatest(last_value, %(at)b))
FROM tickwork.fence_number
WHERE (SELECT moved FROM noted)
