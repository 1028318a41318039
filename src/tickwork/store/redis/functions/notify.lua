-- notify: hint.
-- args: topics
function writes.notify(args)
  for _, topic in ipairs(args[1]) do
    wake(topic)
  end
  return 0
end
