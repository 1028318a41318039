UPDATE run SET state = 'queued', wait = NULL WHERE id = ?1
