-- A run's job never changes.
SELECT DISTINCT job FROM tickwork.run WHERE id = ANY (%(runs)b::text[])
