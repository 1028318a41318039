UPDATE tickwork.session SET labels = %(labels)b::text[], tasks = %(tasks)b::text[]
WHERE id = %(session)b AND ended IS NULL
