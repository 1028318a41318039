SELECT min(instant) FROM (
    SELECT min(ready_at) AS instant FROM run INDEXED BY run_delayed
    WHERE state = 'queued' AND ready_at > created AND ready_at > ?1
    UNION ALL
    SELECT min(start_by) + 1 FROM run INDEXED BY run_deadline
    WHERE state = 'queued' AND start_by IS NOT NULL AND start_by >= ?1 AND attempt = 0
    UNION ALL
    SELECT min(ready_at) FROM run INDEXED BY run_waiting WHERE wait = 'deferred'
)
