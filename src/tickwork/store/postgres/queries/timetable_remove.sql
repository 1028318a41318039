WITH removed AS (
    DELETE FROM tickwork.timetable WHERE schedule = ANY (%(schedules)b::text[]) RETURNING schedule, version
)
INSERT INTO tickwork.buried (schedule, version)
SELECT schedule, version FROM removed
ON CONFLICT (schedule) DO UPDATE SET version = excluded.version
