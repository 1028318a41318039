UPDATE run SET epoch = ?1 WHERE session IS NOT NULL
