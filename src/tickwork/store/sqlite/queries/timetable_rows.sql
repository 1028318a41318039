-- CROSS JOIN: from what is wanted to its rows, never the other way round.
SELECT schedule, version, gap FROM (SELECT value FROM json_each(?1)) AS wanted CROSS JOIN timetable WHERE schedule = wanted.value
