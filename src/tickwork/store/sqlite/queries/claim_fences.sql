UPDATE counter SET n = n + ?1 WHERE name = 'fence'
RETURNING n, (SELECT value FROM meta WHERE key = 'epoch')
