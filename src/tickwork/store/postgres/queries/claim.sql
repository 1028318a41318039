UPDATE tickwork.run SET
    state = 'claimed',
    session = holder.id,
    worker = holder.worker,
    epoch = meta.value,
    fence = nextval('tickwork.fence_number')
FROM unnest(%(runs)b::text[]) AS taken (id)
CROSS JOIN (SELECT id, worker FROM tickwork.session WHERE id = %(session)b) AS holder
CROSS JOIN (SELECT value FROM tickwork.meta WHERE key = 'epoch') AS meta
WHERE run.id = taken.id
RETURNING tickwork.value(run.*), (SELECT params FROM tickwork.input WHERE input.run = run.id),
          (SELECT pins FROM tickwork.pin WHERE pin.run = run.id)
