UPDATE tickwork.run SET cancel = %(request)b WHERE id = ANY (%(runs)b::text[]) AND cancel IS NULL RETURNING id
