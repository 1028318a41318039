SELECT id, epoch, fence, cancel FROM tickwork.run
WHERE session = %(session)b AND cancel IS NOT NULL
ORDER BY id
