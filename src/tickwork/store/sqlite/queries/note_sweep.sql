DELETE FROM note WHERE (space, key) IN (SELECT space, key FROM note WHERE expires <= ?1 ORDER BY expires LIMIT ?2)
