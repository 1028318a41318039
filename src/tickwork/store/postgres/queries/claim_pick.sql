-- The first of each lane. The session's row is held until the commit, in a way that a beat does not mind: nobody can settle
-- it between this look and the claim.
WITH holder AS MATERIALIZED (
    SELECT id FROM tickwork.session WHERE id = %(session)b AND ended IS NULL FOR KEY SHARE
)
SELECT lane.pool, head.priority, head.ready_at, head.id
FROM holder CROSS JOIN unnest(%(pools)b::text[], %(most)b::int[]) AS lane (pool, most)
-- shared: heads
