SELECT * FROM run_row WHERE id = ?1 AND wait = 'upstream'
