WITH missed AS (
    UPDATE tickwork.run SET state = 'missed', reason = 'no_worker', note = %(note)b, finished = %(at)b
    WHERE id = ANY (%(runs)b::text[]) AND state = 'queued'
    RETURNING id, job, state, finished
),
told AS (
    INSERT INTO tickwork.outbox (run, job, state, at) SELECT id, job, state, finished FROM missed
)
SELECT id FROM missed
