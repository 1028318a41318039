INSERT INTO attempt (
    run, n, epoch, fence, session, worker, started, finished, outcome, reason, exit_code, error, reported
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
