SELECT id FROM run INDEXED BY run_deadline
WHERE state = 'queued' AND start_by IS NOT NULL AND start_by < ?1 AND attempt = 0
