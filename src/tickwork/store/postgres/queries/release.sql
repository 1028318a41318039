WITH released AS (
    UPDATE tickwork.run SET
        state = CASE WHEN cancel IS NULL THEN 'queued' ELSE 'cancelled' END,
        reason = CASE WHEN cancel IS NOT NULL THEN split_part(cancel, '|', 1) END,
        note = CASE WHEN cancel IS NULL THEN note ELSE substr(cancel, strpos(cancel, '|') + 1) END,
        finished = CASE WHEN cancel IS NOT NULL THEN %(at)b::bigint END,
        cancel = NULL,
        session = NULL,
        worker = NULL,
        epoch = NULL,
        fence = NULL
    FROM json_to_recordset(%(claims)b) AS held (run text, epoch text, n bigint)
    WHERE run.id = held.run AND run.epoch = held.epoch AND run.fence = held.n AND state = 'claimed'
    RETURNING id, job, state, finished, held.n
),
told AS (
    INSERT INTO tickwork.outbox (run, job, state, at)
    SELECT id, job, state, finished FROM released WHERE finished IS NOT NULL
)
SELECT id, n, state FROM released
