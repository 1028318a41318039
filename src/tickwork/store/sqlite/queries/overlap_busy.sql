SELECT id FROM run INDEXED BY run_busy
WHERE job = ?1 AND finished IS NULL AND wait IS NULL AND origin <> 'cleanup'
ORDER BY id LIMIT 1
