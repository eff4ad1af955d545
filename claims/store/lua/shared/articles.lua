-- needs: events, index
-- Articles and their claims.

-- Whether an article was extracted into this number of claims, 0 before its extraction. Claims deleted
-- since then count, because ids follow from the places in the article.
local function has_claims(article, number)
  return tonumber(redis.call('HGET', ARTICLE .. article, 'claims') or 0) == number
end

local function finish_article(id)
  set_facet(ARTICLE .. id, 'status', 'done')
  announce('article.done', id)
end
