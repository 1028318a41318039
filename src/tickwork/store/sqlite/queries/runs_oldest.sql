-- The runs that one path leads to, the oldest first. What no index tells is looked for in the first `look` rows.
SELECT * FROM (
    -- shared: runs_of_path
    ORDER BY id
    LIMIT :look
)
-- shared: runs_sought
ORDER BY id
LIMIT :limit
