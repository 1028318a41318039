UPDATE tickwork.session SET ended = %(at)b WHERE id = %(session)b AND beat = %(beat)b AND ended IS NULL
