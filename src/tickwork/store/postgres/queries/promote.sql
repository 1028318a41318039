-- One that is being moved by somebody else goes its own way: it is looked at again soon.
WITH free AS MATERIALIZED (
    SELECT id FROM tickwork.run WHERE id = ANY (%(runs)b::text[]) AND wait IS NOT NULL FOR UPDATE SKIP LOCKED
)
UPDATE tickwork.run SET state = 'queued', wait = NULL FROM free WHERE run.id = free.id
