SELECT id FROM run
WHERE finished < ?1 AND event IS NULL
  AND job NOT IN (SELECT value FROM json_each(?4))
  AND (
      ?2 = 0
      OR EXISTS (
          SELECT 1 FROM run AS newer INDEXED BY run_job
          WHERE newer.job = run.job AND newer.id > run.id
          LIMIT 1 OFFSET ?2 - 1
      )
  )
ORDER BY id
LIMIT ?3
