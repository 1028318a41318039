SELECT run, sum(length(data)) FROM log WHERE run IN (SELECT value FROM json_each(?1)) GROUP BY run
