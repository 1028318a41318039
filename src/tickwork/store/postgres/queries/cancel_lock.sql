SELECT id, state FROM tickwork.run WHERE id = ANY (%(runs)b::text[]) ORDER BY id FOR UPDATE
