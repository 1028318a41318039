SELECT id, job, exclusive FROM run INDEXED BY run_waiting
WHERE wait = 'deferred' AND ready_at <= ?1
ORDER BY ready_at, id
