-- `claim_pick` and `claim` in one round trip, where no limit has to be looked at between them.
WITH holder AS MATERIALIZED (
    SELECT id, worker FROM tickwork.session WHERE id = %(session)b AND ended IS NULL FOR KEY SHARE
),
taken AS MATERIALIZED (
    SELECT head.id
    FROM holder CROSS JOIN (SELECT pool, %(n)b::int AS most FROM unnest(%(pools)b::text[]) AS said (pool)) AS lane
    -- shared: heads
    ORDER BY head.priority DESC, head.ready_at, head.id
    LIMIT %(n)b
)
-- shared: claimed
