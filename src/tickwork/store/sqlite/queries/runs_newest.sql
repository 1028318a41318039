-- The runs that one path leads to, the newest first. What no index tells is looked for in the first `look` rows.
SELECT * FROM (
    -- shared: runs_of_path
    ORDER BY id DESC
    LIMIT :look
)
-- shared: runs_sought
  AND (:last IS NULL OR (finished, id) < (:last, :after))
ORDER BY CASE WHEN :by_end THEN finished END DESC, id DESC
LIMIT :limit
