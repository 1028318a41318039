-- What is `taken (id)` is held by `holder (id, worker)` from now on, by a fence of its own.
UPDATE tickwork.run SET
    state = 'claimed',
    session = holder.id,
    worker = holder.worker,
    epoch = meta.value,
    fence = nextval('tickwork.fence_number')
FROM taken CROSS JOIN holder CROSS JOIN (SELECT value FROM tickwork.meta WHERE key = 'epoch') AS meta
WHERE run.id = taken.id
RETURNING tickwork.value(run.*), (SELECT params FROM tickwork.input WHERE input.run = run.id),
          (SELECT pins FROM tickwork.pin WHERE pin.run = run.id)
