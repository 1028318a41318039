UPDATE tickwork.run SET cancel = coalesce(cancel, %(request)b)
WHERE job = %(job)b AND finished IS NULL AND session IS NOT NULL AND origin <> 'cleanup'
