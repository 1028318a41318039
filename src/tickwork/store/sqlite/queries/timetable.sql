SELECT timetable.schedule, timetable.job, timetable.project, timetable.revision, timetable.cursor, timetable.due,
       timetable.version,
       gap.id, gap.schedule, gap.job, gap.project, gap.revision, gap.first, gap.last, gap.count, gap.state, gap.reason,
       gap.note, gap.created
FROM timetable LEFT JOIN gap ON gap.id = timetable.gap
WHERE timetable.job = ?1
ORDER BY timetable.schedule
