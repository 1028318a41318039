-- Locked in the order of their ids, as reports lock them: nobody waits in a circle.
WITH held AS MATERIALIZED (
    SELECT id FROM tickwork.run
    WHERE job = %(job)b AND finished IS NULL AND session IS NOT NULL AND origin <> 'cleanup'
    ORDER BY id
    FOR UPDATE
)
UPDATE tickwork.run SET cancel = coalesce(cancel, %(request)b)
FROM held WHERE run.id = held.id
