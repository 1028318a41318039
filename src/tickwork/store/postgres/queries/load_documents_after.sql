UPDATE tickwork.counter SET n = n + 1 WHERE name = 'switch'
