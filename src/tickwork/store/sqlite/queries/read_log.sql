SELECT seq, at, stream, data FROM log
WHERE run = ?1 AND attempt = coalesce(?2, (SELECT max(attempt) FROM log WHERE run = ?1)) AND seq > ?3
ORDER BY seq
LIMIT ?4
