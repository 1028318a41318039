-- CROSS JOIN: from what is wanted to its rows, never the other way round.
SELECT run_row.* FROM (SELECT value FROM json_each(?1)) AS wanted CROSS JOIN run_row ON run_row.id = wanted.value
