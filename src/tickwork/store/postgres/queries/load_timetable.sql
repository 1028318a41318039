INSERT INTO tickwork.timetable (schedule, job, project, revision, cursor, due, version, gap)
SELECT schedule, job, project, revision, cursor, due, 1, gap ->> 'id'
FROM json_to_recordset(%(records)b) AS new (
    schedule text, job text, project text, revision bigint, cursor bigint, due bigint, gap json
)
ON CONFLICT DO NOTHING
