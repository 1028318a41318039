SELECT id, epoch, fence FROM run INDEXED BY run_session WHERE session = ?1 AND state = 'claimed'
