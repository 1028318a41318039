SELECT id, epoch, fence FROM tickwork.run WHERE session = %(session)b AND state = 'claimed' ORDER BY id
