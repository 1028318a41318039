WITH replaced AS (
    UPDATE tickwork.run SET state = 'cancelled', reason = 'replaced', wait = NULL, note = %(note)b, finished = %(at)b
    WHERE job = %(job)b AND finished IS NULL AND session IS NULL AND (wait IS NULL OR wait = 'overlap')
      AND origin <> 'cleanup'
    RETURNING id, job, state, finished
)
INSERT INTO tickwork.outbox (run, job, state, at) SELECT id, job, state, finished FROM replaced
