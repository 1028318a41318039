SELECT space, key, body, expires FROM note
WHERE space = ?1 AND key >= ?2 AND key > ?3 AND substr(key, 1, length(?2)) = ?2 AND (expires IS NULL OR expires > ?4)
ORDER BY key
LIMIT ?5
