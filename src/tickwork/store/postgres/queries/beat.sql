UPDATE tickwork.session SET beat = beat + 1, seen = %(at)b, load = coalesce(%(load)b::double precision, load)
WHERE id = %(session)b AND ended IS NULL
  AND NOT EXISTS (SELECT FROM tickwork.run WHERE run.session = %(session)b AND epoch = '')  -- see renew_epoch
