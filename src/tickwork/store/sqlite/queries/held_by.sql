SELECT * FROM run_row WHERE session = ?1 ORDER BY id
