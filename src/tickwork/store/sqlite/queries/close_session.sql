UPDATE session SET ended = ?2
WHERE id = ?1 AND ended IS NULL
  AND NOT EXISTS (SELECT 1 FROM run INDEXED BY run_session WHERE run.session = ?1)
