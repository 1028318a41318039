INSERT INTO attempt (
    run, n, epoch, fence, session, worker, started, finished, outcome, reason, exit_code, error, reported
)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
ON CONFLICT DO NOTHING
