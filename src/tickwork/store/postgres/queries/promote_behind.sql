-- Their time has come but another run of the job is busy: from now on they wait for that one.
UPDATE tickwork.run SET wait = 'overlap' WHERE id = ANY (%(runs)b::text[]) AND wait = 'deferred'
