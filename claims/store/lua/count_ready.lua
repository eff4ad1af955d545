#!lua flags=allow-oom
-- needs: clock, queue, webhooks
-- arguments: queues...
-- Make items ready whose time has come. Returns the number that can be taken from each queue; in the
-- queues of judge and reader this includes verify requests; the queue of deliveries counts webhooks.
local counts, now = {}, now_ms()
promote(now)
wake_webhooks(now)
for i, queue in ipairs(args.queues) do
  counts[i] = count_ready(queue)
  if is_ahead(queue) then
    local line = queue .. ':0'
    local fresh = find_fresh(line)
    counts[i] = fresh and redis.call('ZCARD', ITEMS .. line .. ':' .. fresh) or 0
  end
  if queue == 'score' then
    counts[i] = counts[i] + redis.call('ZCOUNT', VERIFY_QUEUE, now, '+inf')
  elseif queue == 'read' then
    counts[i] = counts[i] + redis.call('ZCOUNT', VERIFY_READS, now, '+inf')
  elseif queue == 'deliver' then
    counts[i] = redis.call('ZCOUNT', DELIVER_AT, '-inf', now)
  end
end
return counts
