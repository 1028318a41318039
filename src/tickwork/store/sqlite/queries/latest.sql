SELECT * FROM run_row WHERE job = ?1 AND origin NOT IN ('map', 'cleanup') ORDER BY id DESC LIMIT ?2
