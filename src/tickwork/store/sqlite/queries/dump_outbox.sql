SELECT event, id, job, state, finished, event FROM run INDEXED BY run_event
WHERE event IS NOT NULL AND event > ?1 ORDER BY event LIMIT ?2
