SELECT space, key, body, expires FROM note
WHERE space = ?1 AND key IN (SELECT value FROM json_each(?2)) AND (expires IS NULL OR expires > ?3)
