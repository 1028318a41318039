-- All that were there when the transaction began are locked by now. One that was born beside it (a run that does not
-- mind overlap) and is being moved at this moment came later.
WITH held AS MATERIALIZED (
    SELECT id FROM tickwork.run
    WHERE job = %(job)b AND finished IS NULL AND session IS NOT NULL AND origin <> 'cleanup'
    FOR UPDATE SKIP LOCKED
)
UPDATE tickwork.run SET cancel = coalesce(cancel, %(request)b)
FROM held WHERE run.id = held.id
