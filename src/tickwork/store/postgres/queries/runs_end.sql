-- When the run ended that a page goes on behind; one that is gone has none behind it.
SELECT coalesce((SELECT finished FROM tickwork.run WHERE id = %(run)b), 0)
