SELECT timetable.schedule, timetable.job, timetable.project, timetable.revision, timetable.cursor, timetable.due,
       timetable.version,
       gap.id, gap.schedule, gap.job, gap.project, gap.revision, gap.first, gap.last, gap.count, gap.state, gap.reason,
       gap.note, gap.created
FROM timetable INDEXED BY timetable_due LEFT JOIN gap ON gap.id = timetable.gap
WHERE timetable.due IS NOT NULL AND (?1 IS NULL OR timetable.project = ?1)
ORDER BY timetable.due, timetable.schedule
LIMIT ?2
