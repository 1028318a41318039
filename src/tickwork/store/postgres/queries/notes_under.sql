SELECT space, key, body, expires FROM tickwork.note
WHERE space = %(space)b AND key >= %(prefix)b AND key > %(after)b AND starts_with(key, %(prefix)b)
  AND (expires IS NULL OR expires > %(at)b)
ORDER BY key
LIMIT %(limit)b
