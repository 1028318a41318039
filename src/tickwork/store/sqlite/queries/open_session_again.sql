UPDATE session SET labels = ?2, tasks = ?3 WHERE id = ?1 AND ended IS NULL
