INSERT INTO progress (run, attempt, path, current, total, status, began, at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
ON CONFLICT (run, attempt, path)
DO UPDATE SET current = excluded.current, total = excluded.total, status = excluded.status, at = excluded.at
