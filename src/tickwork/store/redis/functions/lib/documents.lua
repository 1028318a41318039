-- Definitions. One text each, JSON for whoever reads it:
--   {"size":<bytes of the body>,"job":<body>,"meta":[revision,project,name,owner,changed,by kind,by name,audit]…}
-- Behind `meta` a job's text has what plain clients look for: id, runner, payload, interval …
-- The current text of a job stands in the hash `jobs`, that of another kind in `docs:<kind>`; older revisions, and the
-- newest one of what is deleted (size -1), in `revisions:<kind>`.

local documents = {}
local ABSENT = { revision = 0 }

function documents.shelf(kind)
  return kind == 'job' and (door .. 'jobs') or named('docs', kind)
end

local function old_key(kind)
  return named('revisions', kind)
end

local function old_field(id, revision)
  return id .. '\0' .. int(revision)
end

function documents.text(body, fields, view)
  return '{"size":' .. (body and #body or -1) .. ',"job":' .. (body or 'null') .. ',"meta":['
    .. int(fields.revision) .. ',' .. quoted(fields.project) .. ',' .. cjson.encode(fields.name) .. ','
    .. quoted(fields.owner) .. ',' .. int(fields.changed) .. ',' .. quoted(fields.by_kind) .. ','
    .. quoted(fields.by_name) .. ',' .. int(fields.audit) .. ']' .. view .. '}'
end

-- Where the body ends; nil for a text that is none of ours (a plain client wrote it).
local function tail_of(text)
  local size, first = string.match(text, '^{"size":(%-?%d+),"job":()')
  if size then
    return first, first + (tonumber(size) < 0 and 4 or tonumber(size))
  end
end

-- The fields of a text: those of `meta`, `body`, and `view` (a table of the rest).
function documents.read(text)
  local first, tail = tail_of(text)
  if not first then
    return nil
  end
  local view = cjson.decode('{' .. string.sub(text, tail + 1))
  local meta = view.meta
  return {
    revision = meta[1], project = meta[2], name = meta[3], owner = meta[4], changed = meta[5],
    by_kind = meta[6], by_name = meta[7], audit = meta[8],
    body = string.sub(text, 9, 10) ~= '-1' and string.sub(text, first, tail - 1) or nil,
    view = view,
  }
end

function documents.revision_of(text)
  local _, tail = tail_of(text)
  return tail and tonumber(string.match(text, '^,"meta":%[(%d+)', tail))
end

-- The current revision, a deletion included; ABSENT if there never was one.
function documents.current(kind, id)
  local text = field_of(documents.shelf(kind), id)
  local found = text and documents.read(text)
  if found then
    return found
  end
  local revision = field_of(named('deleted-at', kind), id)
  local buried = revision and field_of(old_key(kind), old_field(id, tonumber(revision)))
  return buried and documents.read(buried) or ABSENT
end

-- Read many at once, for `current` to find.
function documents.load(kind, ids)
  read_fields(documents.shelf(kind), ids)
  read_fields(named('deleted-at', kind), ids)
end

-- The text of one revision; false if there is none.
function documents.revision(kind, id, revision)
  local text = field_of(documents.shelf(kind), id)
  if text and documents.revision_of(text) == revision then
    return text
  end
  return field_of(old_key(kind), old_field(id, revision))
end

-- The text that runs of this revision need; nil if it is not there or is a deletion.
function documents.definition(job, revision)
  local text = documents.revision('job', job, revision)
  return text and string.sub(text, 1, 11) ~= '{"size":-1,' and text or nil
end

local function named_key(kind, name)
  return base .. 'named:' .. kind .. ':' .. name
end

-- Only names that are not the id itself need an index.
function documents.index_name(kind, id, before, after)
  if before and before ~= id and before ~= after then
    drop(named_key(kind, before), id)
  end
  if after and after ~= id then
    put(named_key(kind, after), id, 0)
  end
end

-- The list `tags` of a body, in which only texts count; few have one, and the others are not read.
local function tags_in(body)
  local found, said = {}, body and string.find(body, '"tags":', 1, true) and cjson.decode(body).tags
  for _, tag in ipairs(type(said) == 'table' and said or {}) do
    if type(tag) == 'string' then
      found[tag] = true
    end
  end
  return found
end

-- Whether the body has all of the tags.
function documents.has_tags(body, tags)
  local found = #tags > 0 and tags_in(body)
  for _, tag in ipairs(tags) do
    if not found[tag] then
      return false
    end
  end
  return true
end

function documents.tagged_key(kind, tag)
  return base .. 'tagged:' .. kind .. ':' .. tag
end

-- `before`, `after`: bodies, or nil.
function documents.index_tags(kind, id, before, after)
  local old, new = tags_in(before), tags_in(after)
  for tag in pairs(old) do
    if not new[tag] then
      drop(documents.tagged_key(kind, tag), id)
    end
  end
  for tag in pairs(new) do
    put(documents.tagged_key(kind, tag), id, 0)
  end
end

-- May there be such a member in the text? Few have one that is looked for, and the others are not read.
function documents.may_say(text, member)
  return string.find(text, '"' .. member .. '":', 1, true)
end

-- Has the body this member?
function documents.says(body, member)
  return body and documents.may_say(body, member) and cjson.decode(body)[member] ~= nil
end

function documents.said_key(kind, member)
  return base .. 'said:' .. kind .. ':' .. member
end

-- `before`, `after`: bodies, or nil.
function documents.index_said(kind, id, before, after)
  for _, member in ipairs(SAID) do
    if documents.says(after, member) then
      put(documents.said_key(kind, member), id, 0)
    elseif documents.says(before, member) then
      drop(documents.said_key(kind, member), id)
    end
  end
end

-- Plain clients find the commands of runners in `jobs:runners`; '' says that nobody here serves it.
local function show_runner(id, body)
  local ok, runner = pcall(cjson.decode, body or '{}')
  local command = ok and type(runner) == 'table' and runner.command
  redis.call('HSET', door .. 'jobs:runners', id, type(command) == 'string' and command or '')
end

-- Write the next revision. `fields`: revision and so on; `body`: nil deletes; `before`: what is current now.
function documents.write(kind, id, before, fields, body, view)
  local shelf, text = documents.shelf(kind), documents.text(body, fields, view)
  if before.body then
    set_field(old_key(kind), old_field(id, before.revision), field_of(shelf, id))
  end
  if body then
    set_field(shelf, id, text)
    put(named('ids', kind), id, 0)
    if before.revision > 0 and not before.body then
      set_field(named('deleted-at', kind), id, false)
      drop(named('deleted', kind), id)
    end
  else
    set_field(old_key(kind), old_field(id, fields.revision), text)
    set_field(named('deleted-at', kind), id, int(fields.revision))
    set_field(shelf, id, false)
    drop(named('ids', kind), id)
    put(named('deleted', kind), id, 0)
  end
  documents.index_name(kind, id, before.body and before.name, body and fields.name)
  documents.index_tags(kind, id, before.body, body)
  documents.index_said(kind, id, before.body, body)
  if kind == 'runner' then
    show_runner(id, body)
  end
end

-- One line of the audit; returns its seq.
local function audit(entry)
  local seq = entry.seq or take('audit')
  redis.call('XADD', base .. 'audit', int(seq) .. '-0', 'e', cmsgpack.pack({
    entry.at, entry.by_kind, entry.by_name, entry.verb, entry.kind, entry.id,
    entry.revision or false, entry.note or false,
  }))
  if entry.kind == 'run' then
    redis.call('RPUSH', base .. 'audited:' .. entry.id, int(seq))
  elseif not entry.revision then
    redis.call('RPUSH', base .. 'audited:' .. entry.kind .. ':' .. entry.id, int(seq))
  end
  return seq
end
