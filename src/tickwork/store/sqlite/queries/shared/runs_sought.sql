-- What no index tells.
WHERE (:reasons IS NULL OR reason IN (SELECT value FROM json_each(:reasons)))
  AND (:lane IS NULL OR pool = :lane OR substr(pool, 1, length(:lane) + 1) = :lane || '?')
  AND (:worker IS NULL OR worker = :worker)
  AND (:text IS NULL OR instr(lower(job), :text) OR instr(lower(note), :text))
  AND (:sought_origin IS NULL OR origin = :sought_origin)
  AND (:sought_schedule IS NULL OR schedule = :sought_schedule)
