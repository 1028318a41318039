SELECT id FROM run INDEXED BY run_waiting WHERE wait = 'overlap' AND job = ?1 ORDER BY id LIMIT 1
