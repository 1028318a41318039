UPDATE counter SET n = n + ?2 WHERE name = ?1 RETURNING n
