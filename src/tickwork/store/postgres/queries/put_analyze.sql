-- Until it has looked at tables that have just grown, PostgreSQL plans for small ones.
ANALYZE tickwork.document, tickwork.current, tickwork.timetable
