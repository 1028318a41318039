-- A run with a cancel request does not go on: where it would (it is not `over`), it ends as the request says.
WITH report AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(reports)b) AS report (
        run text, epoch text, n bigint, state text, over boolean, reason text, wait text, ready_at bigint, note text,
        result text, error text, attempt bigint, session text, worker text, started bigint, finished bigint,
        outcome text, attempt_reason text, exit_code bigint, attempt_error text
    )
),
ended AS (
    UPDATE tickwork.run SET
        state = CASE WHEN over OR cancel IS NULL THEN report.state ELSE 'cancelled' END,
        reason = CASE WHEN over OR cancel IS NULL THEN report.reason ELSE split_part(cancel, '|', 1) END,
        wait = CASE WHEN cancel IS NULL THEN report.wait END,
        ready_at = coalesce(report.ready_at, CASE WHEN over THEN run.ready_at ELSE report.finished END),
        note = CASE WHEN over OR cancel IS NULL THEN report.note ELSE substr(cancel, strpos(cancel, '|') + 1) END,
        exit_code = report.exit_code,
        finished = CASE WHEN over OR cancel IS NOT NULL THEN report.finished END,
        cancel = NULL,
        session = NULL,
        epoch = NULL,
        fence = NULL
    FROM report
    WHERE run.id = report.run AND run.epoch = report.epoch AND run.fence = report.n
    RETURNING report.*, run.job, run.state AS new_state, run.finished AS new_finished
),
kept AS (
    INSERT INTO tickwork.attempt (
        run, n, epoch, fence, session, worker, started, finished, outcome, reason, exit_code, error, reported
    )
    SELECT run, attempt, epoch, n, session, worker, started, finished, outcome, attempt_reason, exit_code,
           attempt_error, true
    FROM ended
    ON CONFLICT DO NOTHING
),
stored AS (
    INSERT INTO tickwork.result (run, result, error)
    SELECT run, decode(result, 'base64'), error FROM ended
    WHERE new_finished IS NOT NULL AND (result IS NOT NULL OR error IS NOT NULL)
),
told AS (
    INSERT INTO tickwork.outbox (run, job, state, at)
    SELECT run, job, new_state, new_finished FROM ended WHERE new_finished IS NOT NULL
)
SELECT run, n, new_state FROM ended
