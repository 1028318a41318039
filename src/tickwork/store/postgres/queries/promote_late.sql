WITH late AS MATERIALIZED (
    SELECT id FROM tickwork.run
    WHERE finished IS NULL AND wait IS NULL AND session IS NULL
      AND start_by IS NOT NULL AND start_by < %(at)b AND attempt = 0
    FOR UPDATE SKIP LOCKED
),
missed AS (
    UPDATE tickwork.run SET state = 'missed', reason = 'deadline', finished = %(at)b
    FROM late WHERE run.id = late.id
    RETURNING run.id, job, state, finished
)
INSERT INTO tickwork.outbox (run, job, state, at) SELECT id, job, state, finished FROM missed
