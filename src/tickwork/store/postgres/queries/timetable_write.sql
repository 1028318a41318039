INSERT INTO tickwork.timetable (schedule, job, project, revision, cursor, due, version)
SELECT new.schedule, new.job, new.project, new.revision, new.cursor, new.due, 1 + coalesce(buried.version, 0)
FROM json_to_recordset(%(rows)b) AS new (
    schedule text, job text, project text, revision bigint, cursor bigint, due bigint
)
LEFT JOIN tickwork.buried ON buried.schedule = new.schedule
ON CONFLICT (schedule) DO UPDATE SET
    job = excluded.job,
    project = excluded.project,
    gap = CASE WHEN timetable.revision = excluded.revision THEN timetable.gap END,  -- a gap belongs to one revision
    revision = excluded.revision,
    cursor = excluded.cursor,
    due = excluded.due,
    version = timetable.version + 1
