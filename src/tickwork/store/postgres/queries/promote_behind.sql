-- Their time has come but another run of the job is busy: from now on they wait for that one.
WITH free AS MATERIALIZED (
    SELECT id FROM tickwork.run WHERE id = ANY (%(runs)b::text[]) AND wait = 'deferred' FOR UPDATE SKIP LOCKED
)
UPDATE tickwork.run SET wait = 'overlap' FROM free WHERE run.id = free.id
