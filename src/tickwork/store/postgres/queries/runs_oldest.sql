-- The runs that one path leads to, the oldest first. They are sorted as its index is, and what has not ended by what no
-- index has (see `runs_of_path`). What no index tells is looked for in the first `look` rows.
SELECT tickwork.value(run) FROM (
    -- shared: runs_of_path
    ORDER BY
        CASE WHEN %(over)b::boolean IS FALSE THEN id || '' END,
        CASE WHEN %(amiss)b::text IS NOT NULL THEN job END,
        CASE WHEN %(project)b::text IS NOT NULL THEN project END,
        CASE WHEN %(state)b::text IS NOT NULL THEN state END,
        CASE WHEN %(reason)b::text IS NOT NULL THEN reason END,
        id
    LIMIT %(look)b
) AS found
-- shared: runs_sought
ORDER BY (run).id
LIMIT %(limit)b
