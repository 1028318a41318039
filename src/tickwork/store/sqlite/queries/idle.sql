SELECT timetable.schedule, timetable.job, timetable.project, timetable.revision, timetable.cursor, timetable.due,
       timetable.version,
       gap.id, gap.schedule, gap.job, gap.project, gap.revision, gap.first, gap.last, gap.count, gap.state, gap.reason,
       gap.note, gap.created
FROM timetable INDEXED BY timetable_idle LEFT JOIN gap ON gap.id = timetable.gap
WHERE timetable.due IS NULL AND (?1 IS NULL OR timetable.project IN (SELECT value FROM json_each(?1)))
  AND timetable.schedule > ?3
ORDER BY timetable.schedule
LIMIT ?2
