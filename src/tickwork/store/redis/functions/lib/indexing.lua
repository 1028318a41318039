-- Indexes that an earlier version did not keep: what it has left is entered step by step, by whoever looks into them first.
-- What is written meanwhile is entered as it is written; until all is through, nobody is answered from them.

local indexing = { version = '1' } -- it stands in `meta` when they are whole; another one when there are more

function indexing.is_over()
  return redis.call('HGET', base .. 'meta', 'indexes') == indexing.version
end

-- Of a store that is new, or of one that was gone through.
function indexing.finish()
  redis.call('HSET', base .. 'meta', 'indexes', indexing.version)
end

-- Enter the next `n` documents of a kind; returns the id to go on behind, or false.
function indexing.step(kind, after, n)
  local ids = redis.call('ZRANGEBYLEX', named('ids', kind), '(' .. after, '+', 'LIMIT', 0, n)
  documents.load(kind, ids)
  for _, id in ipairs(ids) do
    documents.index_said(kind, id, nil, documents.current(kind, id).body)
    if kind == 'job' then
      timetable.note_resting(id, true)
    end
  end
  flush()
  return #ids == n and ids[n] or false
end
