SELECT tickwork.value(run) FROM tickwork.run WHERE id = ANY (%(runs)b::text[])
