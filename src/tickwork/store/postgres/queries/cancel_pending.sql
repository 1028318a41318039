WITH cancelled AS (
    UPDATE tickwork.run SET state = 'cancelled', reason = %(reason)b, wait = NULL, note = %(note)b, finished = %(at)b
    WHERE id = ANY (%(runs)b::text[])
    RETURNING id, job, state, finished
)
INSERT INTO tickwork.outbox (run, job, state, at) SELECT id, job, state, finished FROM cancelled
