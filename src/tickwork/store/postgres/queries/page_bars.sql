SELECT path, current, total, status, began, at, run, attempt, place FROM tickwork.progress
WHERE (run, attempt, place) > (%(run)b, %(attempt)b, %(place)b)
ORDER BY run, attempt, place
LIMIT %(limit)b
