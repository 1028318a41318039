-- Locked by now, as in replace_held.
WITH pending AS MATERIALIZED (
    SELECT id FROM tickwork.run
    WHERE job = %(job)b AND finished IS NULL AND session IS NULL AND (wait IS NULL OR wait = 'overlap')
      AND origin <> 'cleanup'
    FOR UPDATE SKIP LOCKED
),
replaced AS (
    UPDATE tickwork.run SET state = 'cancelled', reason = 'replaced', wait = NULL, note = %(note)b, finished = %(at)b
    FROM pending WHERE run.id = pending.id
    RETURNING run.id, job, state, finished
)
INSERT INTO tickwork.outbox (run, job, state, at) SELECT id, job, state, finished FROM replaced
