SELECT path, current, total, status, began, at FROM tickwork.progress
WHERE run = %(run)b
  AND attempt = coalesce(%(attempt)b::bigint, (SELECT max(attempt) FROM tickwork.progress WHERE run = %(run)b))
ORDER BY place
