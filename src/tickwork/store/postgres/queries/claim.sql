WITH holder AS (
    SELECT id, worker FROM tickwork.session WHERE id = %(session)b
),
taken AS (
    SELECT id FROM unnest(%(runs)b::text[]) AS said (id)
)
-- shared: claimed
