SELECT id FROM tickwork.run
WHERE id >= %(prefix)b AND id < %(prefix)b || chr(1114111)
ORDER BY id
LIMIT %(limit)b
