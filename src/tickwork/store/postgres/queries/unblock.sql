-- What becomes of runs that waited for others (locked by now). One that is still `waiting` does so for its job's
-- earlier run from now on.
WITH fate AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(fates)b) AS fate (
        run text, state text, over boolean, reason text, note text, about text, exclusive boolean, pins text, result text
    )
),
moved AS (
    UPDATE tickwork.run SET
        state = fate.state,
        reason = fate.reason,
        wait = NULL,
        about = coalesce(fate.about, run.about),
        note = coalesce(fate.note, run.note),
        finished = CASE WHEN over THEN %(at)b::bigint END,
        exclusive = fate.exclusive
    FROM fate
    WHERE run.id = fate.run AND fate.state <> 'waiting'
    RETURNING run.id, run.job, run.state, run.finished
),
behind AS (
    UPDATE tickwork.run SET wait = 'overlap', exclusive = fate.exclusive
    FROM fate
    WHERE run.id = fate.run AND fate.state = 'waiting'
),
pinned AS (
    INSERT INTO tickwork.pin (run, pins) SELECT run, decode(pins, 'base64') FROM fate WHERE pins IS NOT NULL
    ON CONFLICT (run) DO UPDATE SET pins = excluded.pins
),
stored AS (
    INSERT INTO tickwork.result (run, result) SELECT run, decode(result, 'base64') FROM fate WHERE result IS NOT NULL
)
INSERT INTO tickwork.outbox (run, job, state, at)
SELECT id, job, state, finished FROM moved WHERE finished IS NOT NULL ORDER BY id
