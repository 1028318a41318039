SELECT run, n, epoch, fence, session, worker, started, finished, outcome, reason, exit_code, error
FROM attempt
WHERE run = ?1
ORDER BY fence
