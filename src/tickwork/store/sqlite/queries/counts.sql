SELECT state, count(*) FROM run WHERE ?1 IS NULL OR project = ?1 GROUP BY state
