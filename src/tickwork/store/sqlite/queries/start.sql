UPDATE run SET state = 'running', attempt = attempt + 1, started = ?4
WHERE id = ?1 AND epoch = ?2 AND fence = ?3 AND state = 'claimed'
