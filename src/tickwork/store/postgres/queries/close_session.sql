UPDATE tickwork.session SET ended = %(at)b
WHERE id = %(session)b AND ended IS NULL
  AND NOT EXISTS (SELECT FROM tickwork.run WHERE run.session = %(session)b)
