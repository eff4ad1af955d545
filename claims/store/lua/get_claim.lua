#!lua flags=no-writes
-- needs: clock, index, items
-- arguments: id
-- Read a claim in one step. Arguments: the id. Returns its fields and their values in turn, an empty list
-- where there is no such claim, the last earlier claim with the same content, '' where there is none, and the
-- time.
return {
  redis.call('HGETALL', record_key('gather', args.id)),
  find_same('gather', args.id, false) or '',
  now_ms(),
}
