SELECT id FROM tickwork.session WHERE id = ANY (%(sessions)b::text[]) ORDER BY id FOR UPDATE
