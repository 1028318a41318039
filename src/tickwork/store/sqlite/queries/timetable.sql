SELECT timetable.schedule, timetable.job, timetable.project, timetable.revision, timetable.cursor, timetable.due,
       timetable.version,
       gap.id, gap.schedule, gap.job, gap.project, gap.revision, gap.first, gap.last, gap.count, gap.state, gap.reason,
       gap.note, gap.created
FROM (SELECT value FROM json_each(?1)) AS wanted CROSS JOIN timetable LEFT JOIN gap ON gap.id = timetable.gap
WHERE timetable.job = wanted.value
ORDER BY timetable.schedule
