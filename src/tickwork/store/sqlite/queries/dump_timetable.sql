SELECT timetable.schedule, timetable.job, timetable.project, timetable.revision, timetable.cursor, timetable.due,
       timetable.version,
       gap.id, gap.schedule, gap.job, gap.project, gap.revision, gap.first, gap.last, gap.count, gap.state, gap.reason,
       gap.note, gap.created, timetable.schedule
FROM timetable LEFT JOIN gap ON gap.id = timetable.gap
WHERE timetable.schedule > ?1 ORDER BY timetable.schedule LIMIT ?2
