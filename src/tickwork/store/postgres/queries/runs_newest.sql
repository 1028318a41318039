-- The runs that one path leads to, the newest first. They are sorted as its index is, and what has not ended by what no
-- index has (see `runs_of_path`). What no index tells is looked for in the first `look` rows.
SELECT tickwork.value(run) FROM (
    -- shared: runs_of_path
    ORDER BY
        CASE WHEN %(over)b::boolean IS FALSE THEN id || '' END DESC,
        CASE WHEN %(amiss)b::text IS NOT NULL THEN job END DESC,
        CASE WHEN %(project)b::text IS NOT NULL THEN project END DESC,
        CASE WHEN %(state)b::text IS NOT NULL THEN state END DESC,
        CASE WHEN %(reason)b::text IS NOT NULL THEN reason END DESC,
        id DESC
    LIMIT %(look)b
) AS found
-- shared: runs_sought
  AND (%(last)b::bigint IS NULL OR ((run).finished, (run).id) < (%(last)b, %(after)b::text COLLATE "C"))
ORDER BY CASE WHEN %(by_end)b THEN (run).finished END DESC, (run).id DESC
LIMIT %(limit)b
