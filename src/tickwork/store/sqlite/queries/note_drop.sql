DELETE FROM note WHERE space = ?1 AND key = ?2 AND (expires IS NULL OR expires > ?3)
