-- needs: index, reviews
-- The labels of an article's claims, and claims that are superseded.

-- The labels of an article are those that one of its claims has.
local function set_labels(key)
  local labels = {}
  for i, number in ipairs(redis.call('HMGET', key, unpack(LABELS))) do
    if tonumber(number or 0) > 0 then labels[#labels + 1] = LABELS[i] end
  end
  set_facet(key, 'label', table.concat(labels, '\n'))
end

-- Add a claim to the count of its label in its article (1), or remove it (-1).
local function count_label(key, amount)
  local claim = redis.call('HMGET', key, 'article', 'label')
  if not claim[1] or not claim[2] then return end
  redis.call('HINCRBY', ARTICLE .. claim[1], claim[2], amount)
  set_labels(ARTICLE .. claim[1])
end

-- A claim that was corrected is superseded by its corrected wording: lists leave it out, and its
-- article does not count its label.
local function is_superseded(key)
  return redis.call('HGET', key, 'superseded') == 'yes'
end

local function set_superseded(key, superseded)
  if is_superseded(key) == superseded then return end
  set_facet(key, 'superseded', superseded and 'yes' or '')
  look_at_sign_off(string.sub(key, #CLAIM + 1))
  count_label(key, superseded and -1 or 1)
end
