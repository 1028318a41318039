INSERT INTO tickwork.progress (run, attempt, path, current, total, status, began, at)
SELECT run, attempt, path, current, total, status, at, at
FROM json_to_recordset(%(bars)b) AS bar (
    run text, attempt bigint, path text, current double precision, total double precision, status text, at bigint
)
ON CONFLICT (run, attempt, path)
DO UPDATE SET current = excluded.current, total = excluded.total, status = excluded.status, at = excluded.at
