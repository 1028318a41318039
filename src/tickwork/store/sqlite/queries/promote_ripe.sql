SELECT 1 FROM run INDEXED BY run_delayed WHERE state = 'queued' AND ready_at > created AND ready_at <= ?1 LIMIT 1
