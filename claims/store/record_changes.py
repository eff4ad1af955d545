"""Changes of stored articles and claims: schedules, sources, tags and deletion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import chain

from claims.errors import Gone
from claims.ports import Adapted, RecordKind, Versions
from claims.store import encoding, facets, keys
from claims.store.changing_part import ChangingPart, make_condition
from claims.store.connection import Condition
from claims.store.schedule_fields import write_offsets_of, write_schedule
from claims.store.source_changes import SourceChange, locate_options
from claims.types import ArticleId, ClaimId, Hours, Stage

_KINDS = {Stage.EXTRACT: RecordKind.ARTICLE, Stage.GATHER: RecordKind.CLAIM}


class RedisRecordChanges(ChangingPart):
    """claims.ports.RecordChanges on the server."""

    def set_schedule(
        self,
        claim_id: ClaimId,
        *,
        every: str,
        until: datetime | None,
        adaptive: Adapted | None = None,
        hours: Hours | None = None,
        is_paused: bool = False,
        versions: Versions = None,
    ) -> None:
        """Check again every `every`, counted from the last check; if that time is past, now."""
        condition = make_condition(keys.CLAIM + claim_id, versions)
        schedule = write_schedule(
            every, until=until, adaptive=adaptive, hours=hours, is_paused=is_paused
        )
        self._set_schedules([claim_id], condition, schedule)

    def set_article_schedule(
        self,
        article_id: ArticleId,
        *,
        every: str,
        until: datetime | None,
        adaptive: Adapted | None = None,
        hours: Hours | None = None,
        is_paused: bool = False,
        versions: Versions = None,
    ) -> int:
        """Check all claims of an article again every `every`; returns their number."""
        condition = make_condition(keys.ARTICLE + article_id, versions)
        schedule = write_schedule(
            every, until=until, adaptive=adaptive, hours=hours, is_paused=is_paused
        )
        _, count = self.act_on_claims(
            article_id,
            lambda ids: self._set_schedules(ids, condition, schedule, article_id=article_id),
        )
        return count

    def _set_schedules(
        self,
        ids: Sequence[ClaimId],
        condition: Condition | None,
        schedule: Mapping[str, str],
        *,
        article_id: str = "",
    ) -> int:
        self.connection.check_room()
        done = self.connection.run_if(
            condition,
            "set_schedule",
            **schedule,
            offsets=write_offsets_of(schedule["hours"]),
            article=article_id,
            ids=ids,
        )
        self.check_outcome(done, article_id or ids[0])
        return int(done)

    def delete_schedule(self, claim_id: ClaimId, *, versions: Versions = None) -> None:
        """Delete the schedule; a check under way continues."""
        self._delete_schedules([claim_id], make_condition(keys.CLAIM + claim_id, versions))

    def delete_article_schedule(self, article_id: ArticleId, *, versions: Versions = None) -> None:
        """Delete the schedules of all claims of an article; checks under way continue."""
        condition = make_condition(keys.ARTICLE + article_id, versions)
        self.act_on_claims(
            article_id, lambda ids: self._delete_schedules(ids, condition, article_id=article_id)
        )

    def _delete_schedules(
        self, ids: Sequence[ClaimId], condition: Condition | None, *, article_id: str = ""
    ) -> None:
        done = self.connection.run_if(condition, "delete_schedule", article=article_id, ids=ids)
        self.check_outcome(done, article_id or ids[0])

    def change_claim_sources(
        self, claim_id: ClaimId, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """The contract of claims.ports.RecordChanges.change_claim_sources."""
        return self._change_sources([claim_id], SourceChange(add, remove))

    def change_article_sources(
        self, article_id: ArticleId, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """The contract of claims.ports.RecordChanges.change_article_sources."""
        change = SourceChange(add, remove)
        _, sources = self.act_on_claims(
            article_id, lambda ids: self._change_sources(ids, change, article_id=article_id)
        )
        return sources

    def _change_sources(
        self, ids: Sequence[ClaimId], change: SourceChange, *, article_id: str = ""
    ) -> tuple[str, ...]:
        """Change the sources; returns all sources of the claim or article."""
        self.connection.check_room()
        places = [(Stage.EXTRACT, article_id, 0)] if article_id else []
        places += [(Stage.GATHER, claim_id, place) for place, claim_id in enumerate(ids)]
        while True:
            rows = self.connection.read(
                *(("HGET", *locate_options(stage, record_id)) for stage, record_id, _ in places)
            )
            if rows[0] is None:
                raise self.explain_missing(places[0][1])
            # A deleted claim of the article has no options.
            kept = [(*place, text) for place, text in zip(places, rows, strict=True) if text]
            changed = []
            for stage, record_id, _, text in kept:
                with self.reading(_KINDS[stage], record_id):
                    changed.append(change.apply(stage, text))
            words = (
                (stage, record_id, text, new, place)
                for (stage, record_id, place, text), (new, _) in zip(kept, changed, strict=True)
            )
            done = self.connection.run(
                "set_sources",
                article=article_id,
                claims=len(ids),
                actions=change.actions,
                records=list(chain.from_iterable(words)),
            )
            self.check_outcome(done, places[0][1])
            if done == "set":
                return changed[0][1]

    def set_article_tags(
        self, article_id: ArticleId, tags: Sequence[str], *, versions: Versions = None
    ) -> None:
        """Replace the tags of the article; lists find its claims by them as well."""
        condition = make_condition(keys.ARTICLE + article_id, versions)
        self._set_tags(article_id, tags, condition, stage=Stage.EXTRACT)

    def set_claim_tags(
        self, claim_id: ClaimId, tags: Sequence[str], *, versions: Versions = None
    ) -> None:
        """Replace the claim's own tags."""
        condition = make_condition(keys.CLAIM + claim_id, versions)
        self._set_tags(claim_id, tags, condition, stage=Stage.GATHER)

    def _set_tags(
        self, record_id: str, tags: Sequence[str], condition: Condition | None, *, stage: Stage
    ) -> None:
        self.connection.check_room()
        done = self.connection.run_if(
            condition,
            "set_tags",
            stage=stage,
            id=record_id,
            tags=encoding.write(tuple(tags)),
            facet=facets.write_tags(tags),
        )
        self.check_outcome(done, record_id)

    def delete_claim(self, claim_id: ClaimId) -> None:
        """The contract of claims.ports.RecordChanges.delete_claim."""
        done = self.connection.run("delete", article="", ids=[claim_id])
        self.check_outcome(done, claim_id)

    def delete_article(self, article_id: ArticleId) -> None:
        """The contract of claims.ports.RecordChanges.delete_article."""

        def delete(ids: Sequence[ClaimId]) -> None:
            done = self.connection.run("delete", article=article_id, ids=ids)
            self.check_outcome(done, article_id)

        with suppress(Gone):
            self.act_on_claims(article_id, delete, extracted=False)
