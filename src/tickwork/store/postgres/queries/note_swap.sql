UPDATE tickwork.note SET body = %(body)b, expires = %(expires)b
WHERE space = %(space)b AND key = %(key)b AND body = %(expect)b AND (expires IS NULL OR expires > %(at)b)
