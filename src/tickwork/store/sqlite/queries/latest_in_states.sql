SELECT * FROM run_row
WHERE job = ?1 AND origin NOT IN ('map', 'cleanup') AND state IN (SELECT value FROM json_each(?3))
ORDER BY id DESC
LIMIT ?2
