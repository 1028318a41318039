-- A record is JSON that begins with its level.
DELETE FROM log
WHERE run IN (SELECT value FROM json_each(?1))
  AND stream = 'record'
  AND EXISTS (
      SELECT 1 FROM json_each(?2) AS old
      WHERE log.at < old.value
        AND CAST(substr(log.data, 1, length(old.key) + 11) AS TEXT) = '{"level":"' || old.key || '"'
  )
