SELECT id, schedule, job, project, revision, first, last, count, state, reason, note, created
FROM gap
WHERE job = ?1
  AND (?2 IS NULL OR schedule = ?2)
  AND (?3 IS NULL OR last >= ?3)
  AND (?4 IS NULL OR first < ?4)
  AND (?6 IS NULL OR project IN (SELECT value FROM json_each(?6)))
ORDER BY first, id
LIMIT ?5
