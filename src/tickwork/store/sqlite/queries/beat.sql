UPDATE session SET beat = beat + 1, seen = ?2 WHERE id = ?1 AND ended IS NULL
