UPDATE run INDEXED BY run_busy SET cancel = coalesce(cancel, ?2)
WHERE job = ?1 AND finished IS NULL AND wait IS NULL AND session IS NOT NULL AND origin <> 'cleanup'
