SELECT * FROM run_row
WHERE wait = ?9 AND id > ?1
  AND (?2 IS NULL OR project = ?2)
  AND (?3 IS NULL OR state IN (SELECT value FROM json_each(?3)))
  AND (?4 IS NULL OR schedule = ?4)
  AND (?5 IS NULL OR created >= ?5)
  AND (?6 IS NULL OR created < ?6)
  AND (?8 IS NULL OR job = ?8)
  AND (?10 IS NULL OR "group" = ?10)
  AND (?11 IS NULL OR origin = ?11)
ORDER BY id
LIMIT ?7
