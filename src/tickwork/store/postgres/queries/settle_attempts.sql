INSERT INTO tickwork.attempt (
    run, n, epoch, fence, session, worker, started, finished, outcome, reason, exit_code, error, reported
)
SELECT run, n, (fence).epoch, (fence).n, session, worker, started, finished, outcome, reason, exit_code, error, false
FROM json_populate_recordset(NULL::tickwork.attempt_value, %(attempts)b)
ON CONFLICT DO NOTHING
