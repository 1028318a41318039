DELETE FROM log WHERE run = ?1 AND attempt = ?2 AND seq >= ?3 AND seq < ?4
