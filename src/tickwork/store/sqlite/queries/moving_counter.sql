UPDATE counter SET n = max(n, ?2) WHERE name = ?1
