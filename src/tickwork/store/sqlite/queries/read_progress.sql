SELECT path, current, total, status, began, at FROM progress
WHERE run = ?1 AND attempt = coalesce(?2, (SELECT max(attempt) FROM progress WHERE run = ?1))
ORDER BY place
