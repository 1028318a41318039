UPDATE run SET event = ?1 WHERE id = ?2 AND event IS NULL AND finished IS NOT NULL
