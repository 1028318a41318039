UPDATE tickwork.session SET beat = beat + 1, seen = %(at)b
WHERE id = %(session)b AND ended IS NULL
  AND NOT EXISTS (SELECT FROM tickwork.run WHERE run.session = %(session)b AND epoch = '')  -- see renew_epoch
