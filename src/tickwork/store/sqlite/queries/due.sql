SELECT timetable.schedule, timetable.job, timetable.project, timetable.revision, timetable.cursor, timetable.due,
       timetable.version,
       gap.id, gap.schedule, gap.job, gap.project, gap.revision, gap.first, gap.last, gap.count, gap.state, gap.reason,
       gap.note, gap.created,
       document.body
FROM timetable INDEXED BY timetable_due
JOIN document ON document.kind = 'job' AND document.id = timetable.job AND document.revision = timetable.revision
LEFT JOIN gap ON gap.id = timetable.gap
WHERE timetable.due <= ?1
ORDER BY timetable.due, timetable.schedule
LIMIT ?2
