-- A run with a cancel request does not go on: where it would (`state` is live), it ends as the request says.
WITH report AS MATERIALIZED (
    SELECT *, state <> ALL (%(live)b::text[]) AS over
    FROM json_to_recordset(%(reports)b) AS report (
        run text, fence tickwork.fence, state text, reason text, attempt tickwork.attempt_value, ready_at bigint,
        wait text, result text, error text, note text
    )
),
ended AS (
    UPDATE tickwork.run SET
        state = CASE WHEN over OR cancel IS NULL THEN report.state ELSE 'cancelled' END,
        reason = CASE WHEN over OR cancel IS NULL THEN report.reason ELSE split_part(cancel, '|', 1) END,
        wait = CASE WHEN cancel IS NULL THEN report.wait END,
        ready_at = coalesce(
            report.ready_at, CASE WHEN over THEN run.ready_at ELSE (report.attempt).finished END
        ),
        note = CASE
            WHEN over OR cancel IS NULL THEN report.note ELSE substr(cancel, strpos(cancel, '|') + 1)
        END,
        exit_code = (report.attempt).exit_code,
        finished = CASE WHEN over OR cancel IS NOT NULL THEN (report.attempt).finished END,
        cancel = NULL,
        session = NULL,
        epoch = NULL,
        fence = NULL
    FROM report
    WHERE run.id = report.run AND run.epoch = (report.fence).epoch AND run.fence = (report.fence).n
    RETURNING run.id, run.job, run.state, run.finished, report.fence, report.attempt, report.result, report.error
),
kept AS (
    INSERT INTO tickwork.attempt (
        run, n, epoch, fence, session, worker, started, finished, outcome, reason, exit_code, error, reported
    )
    SELECT id, (attempt).n, (fence).epoch, (fence).n, (attempt).session, (attempt).worker, (attempt).started,
           (attempt).finished, (attempt).outcome, (attempt).reason, (attempt).exit_code, (attempt).error, true
    FROM ended
    ON CONFLICT DO NOTHING
),
stored AS (
    INSERT INTO tickwork.result (run, result, error)
    SELECT id, decode(result, 'base64'), error FROM ended
    WHERE finished IS NOT NULL AND (result IS NOT NULL OR error IS NOT NULL)
),
told AS (
    INSERT INTO tickwork.outbox (run, job, state, at)
    SELECT id, job, state, finished FROM ended WHERE finished IS NOT NULL
)
SELECT id, (fence).n, state FROM ended
