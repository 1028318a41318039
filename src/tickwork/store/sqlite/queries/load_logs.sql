INSERT INTO log (run, attempt, seq, at, stream, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT DO NOTHING
