WITH new AS MATERIALIZED (
    SELECT run, exclusive, params, result, error, pins
    FROM json_to_recordset(%(records)b) AS new (
        run tickwork.run_value, exclusive boolean, params text, result text, error text, pins text
    )
),
inputs AS (
    INSERT INTO tickwork.input (run, params) SELECT (run).id, decode(params, 'base64') FROM new WHERE params IS NOT NULL
    ON CONFLICT DO NOTHING
),
pinned AS (
    INSERT INTO tickwork.pin (run, pins) SELECT (run).id, decode(pins, 'base64') FROM new WHERE pins IS NOT NULL
    ON CONFLICT DO NOTHING
),
results AS (
    INSERT INTO tickwork.result (run, result, error)
    SELECT (run).id, decode(result, 'base64'), error FROM new WHERE result IS NOT NULL OR error IS NOT NULL
    ON CONFLICT DO NOTHING
)
INSERT INTO tickwork.run (
    id, job, project, revision, origin, state, reason, wait, schedule, slot, nominal, pool, priority, ready_at,
    start_by, once, attempt, losses, session, epoch, fence, cancel, note, about, "group", exit_code, worker, created,
    started, finished, exclusive
)
SELECT (run).id, (run).job, (run).project, (run).revision, (run).origin, (run).state, (run).reason, (run).wait,
       (run).schedule, (run).slot, (run).nominal, (run).pool, (run).priority, (run).ready_at, (run).start_by,
       (run).once, (run).attempt, (run).losses, (run).session, ((run).fence).epoch, ((run).fence).n, (run).cancel,
       (run).note, (run).about, (run)."group", (run).exit_code, (run).worker, (run).created, (run).started,
       (run).finished, exclusive
FROM new
ON CONFLICT DO NOTHING
