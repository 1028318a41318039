SELECT id, epoch, fence, cancel FROM run INDEXED BY run_session
WHERE session = ?1 AND cancel IS NOT NULL
ORDER BY id
