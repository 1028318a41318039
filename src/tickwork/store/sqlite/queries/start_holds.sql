SELECT 1 FROM run WHERE id = ?1 AND epoch = ?2 AND fence = ?3 AND state = 'running'
