INSERT INTO result (run, result, error) VALUES (?1, ?2, ?3)
