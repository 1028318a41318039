WITH settled AS (
    UPDATE tickwork.run SET
        state = fate.state,
        reason = fate.reason,
        note = fate.note,
        losses = losses + 1,
        finished = CASE WHEN fate.over THEN %(at)b::bigint END,
        cancel = NULL,
        session = NULL,
        epoch = NULL,
        fence = NULL
    FROM json_to_recordset(%(fates)b) AS fate (run text, state text, reason text, note text, over boolean)
    WHERE run.id = fate.run
    RETURNING run.*
),
told AS (
    INSERT INTO tickwork.outbox (run, job, state, at)
    SELECT id, job, state, finished FROM settled WHERE finished IS NOT NULL
)
SELECT tickwork.value(settled::tickwork.run) FROM settled ORDER BY id
