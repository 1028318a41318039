UPDATE run SET state = 'cancelled', reason = 'replaced', wait = NULL, note = ?2, finished = ?3, event = ?4
WHERE id = ?1
