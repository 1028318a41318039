SELECT event, id, job, state, finished FROM run INDEXED BY run_event
WHERE event IS NOT NULL
ORDER BY event
LIMIT ?1
