UPDATE session SET beat = beat + 1, seen = ?2, load = coalesce(?3, load) WHERE id = ?1 AND ended IS NULL
