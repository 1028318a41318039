UPDATE run SET cancel = ?2 WHERE id = ?1 AND cancel IS NULL
