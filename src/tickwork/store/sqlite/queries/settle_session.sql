UPDATE session SET ended = ?3 WHERE id = ?1 AND beat = ?2 AND ended IS NULL
