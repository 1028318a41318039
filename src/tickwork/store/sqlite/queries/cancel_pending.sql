UPDATE run SET state = 'cancelled', reason = ?2, wait = NULL, note = ?3, finished = ?4, event = ?5 WHERE id = ?1
