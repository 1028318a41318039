UPDATE run SET state = 'missed', reason = 'deadline', finished = ?2, event = ?3 WHERE id = ?1
