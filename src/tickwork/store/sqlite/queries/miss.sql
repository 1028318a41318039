UPDATE run SET state = 'missed', reason = 'no_worker', note = ?2, finished = ?3, event = ?4
WHERE id = ?1 AND state = 'queued'
