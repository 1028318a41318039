INSERT INTO progress (run, attempt, path, current, total, status, began, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT DO NOTHING
