SELECT row_to_json(made.value), attempt.run, attempt.fence, attempt.epoch
FROM tickwork.attempt
CROSS JOIN LATERAL (
    SELECT ROW (
        attempt.run, attempt.n, ROW (attempt.epoch, attempt.fence)::tickwork.fence, session, worker, started, finished,
        outcome, reason, exit_code, error
    )::tickwork.attempt_value AS value
) AS made
WHERE (attempt.run, attempt.fence, attempt.epoch) > (%(run)b, %(fence)b, %(epoch)b)
ORDER BY attempt.run, attempt.fence, attempt.epoch
LIMIT %(limit)b
