INSERT INTO result (run, result, error) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING
