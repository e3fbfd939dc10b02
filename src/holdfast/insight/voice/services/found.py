"""Topics that the machine finds in comments: proposed, then accepted under a name, joined to another, or put aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.foundation.audit.services import ERASED
from holdfast.insight.voice import rules
from holdfast.insight.voice.models import FoundTopic, Mention
from holdfast.insight.voice.queries.comments import holding
from holdfast.insight.voice.queries.found import BACK
from holdfast.insight.voice.services.reading import settle
from holdfast.records.feedback import services as feedback
from holdfast.records.feedback.models import Comment, Topic

MOST_TEXTS = 30_000
FEWEST_CUSTOMERS = 3  # who used a word, before it is shown to anybody
FEWEST_COMMENTS = 5
MOST_WORDS = 6
LEADING = 3
OVERLAPS = 3
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Voice:
    """A comment that is searched for topics."""

    pk: int
    customer: int
    text: str


def find_topics(*, tell: Tell | None = None) -> dict[str, int]:
    """Look for topics in what was said within a year (at most 30,000 comments) and propose those that are new.

    Result: {"read", "proposed"}. What people decided stays; open proposals that are not found again go.
    """
    from holdfast.analysis import voice

    said = [Voice(*row) for row in _recent()]
    found, _leading = voice.find_topics([one.text for one in said])
    kept: list[str] = []
    for place, topic in enumerate(found, start=1):
        if (row := _proposed(topic.key[:80], topic.words, said)) is not None:
            kept.append(row.key)
        if tell is not None:
            tell(place, len(found))
    FoundTopic.objects.filter(state="open").exclude(key__in=kept).delete()
    return {"read": len(said), "proposed": len(kept)}


def _recent() -> Any:
    worded = Comment.objects.filter(said_on__gte=today() - BACK).exclude(text="").exclude(text=ERASED)
    return worded.order_by("-said_on", "-pk").values_list("pk", "customer", "text")[:MOST_TEXTS]


def _proposed(key: str, words: Sequence[str], said: list[Voice]) -> FoundTopic | None:
    """Keep a proposal; None where too few said it, or people have decided on one like it."""
    shown = [
        word for word in words if len({one.customer for one in said if word in one.text.lower()}) >= FEWEST_CUSTOMERS
    ]
    members = [one for one in said if rules.has_words(one.text, shown)]
    customers = len({one.customer for one in members})
    if len(shown) < rules.WORDS_NEEDED or len(members) < FEWEST_COMMENTS or customers < FEWEST_CUSTOMERS:
        return None
    if _is_decided(shown):
        return None
    values = {
        "words": shown[:MOST_WORDS], "comments": len(members), "customers": customers,
        "overlap": _overlap([one.pk for one in members]), "found_on": today(),
    }  # fmt: skip
    return FoundTopic.objects.update_or_create(key=key, defaults=values)[0]


def _is_decided(words: Sequence[str]) -> bool:
    """Whether people have accepted or put aside a topic with two of its three leading words."""
    leading = set(words[:LEADING])
    decided = FoundTopic.objects.exclude(state="open").values_list("words", flat=True)
    return any(len(leading & set(known)) >= rules.WORDS_NEEDED for known in decided)


def _overlap(keys: list[int]) -> dict[str, float]:
    """Topic → share of these comments that are about it already; the three largest."""
    counts: Counter[str] = Counter()
    for start in range(0, len(keys), 500):
        counts.update(
            Mention.objects.filter(reading__in=keys[start : start + 500]).order_by().values_list("topic", flat=True)
        )
    return {topic: n / len(keys) for topic, n in counts.most_common(OVERLAPS)}


# --- what people decide --------------------------------------------------------------------------------------------
@transaction.atomic
def accept_topic(
    proposal: FoundTopic,
    *,
    by: User | None,
    name: str = "",
    into: Topic | None = None,
    words: Iterable[str] | None = None,
) -> Batch:
    """Count comments with these words under a topic of that name, or under one that stands (`into`).

    Undoing the batch takes all of it back. Errors: Refusal naming the field.
    """
    locked = FoundTopic.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    wanted = _words(locked.words if words is None else words)
    if into is not None and into.merged_into_id:
        raise Refusal(_("「%(name)s」自己已并入别的主题，请另选一个。") % {"name": into}, field="into")
    batch = audit.open_batch("accept_topic", by=by, note=locked.key)
    topic = into or feedback.add_topic(name, by=by, batch=batch)
    before = list(locked.words)
    _decide(locked, "accepted", by, batch, topic=topic, words=wanted)
    settle_words([*before, *wanted])
    return batch


@transaction.atomic
def dismiss_topic(proposal: FoundTopic, *, by: User | None) -> FoundTopic:
    """Put a proposal aside; it is not proposed again."""
    locked = FoundTopic.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    _decide(locked, "dismissed", by, None, topic=None)
    settle_words(locked.words)
    return locked


@transaction.atomic
def reopen_topic(proposal: FoundTopic, *, by: User | None) -> FoundTopic:
    """Take a decision back: comments no longer count under it for its words; the topic stays in the word list."""
    locked = FoundTopic.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    _decide(locked, "open", by, None, topic=None)
    settle_words(locked.words)
    return locked


def _words(words: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(word.strip().lower() for word in words if word.strip()))
    if not wanted:
        raise Refusal(_("请至少留一个词，机器靠它认出这个主题。"), field="words")
    if len(wanted) > MOST_WORDS or any(len(word) > 20 for word in wanted):
        raise Refusal(_("最多 %(most)s 个词，每个词不超过 20 个字。") % {"most": MOST_WORDS}, field="words")
    return wanted


def _decide(proposal: FoundTopic, state: str, by: User | None, batch: Batch | None, **values: Any) -> None:
    before = audit.snapshot(proposal)
    proposal.state = state
    for name, value in values.items():
        setattr(proposal, name, value)
    proposal.decided_by, proposal.decided_at = (None, None) if state == "open" else (by, timezone.now())
    proposal.save()
    verb = {"accepted": "accept", "dismissed": "dismiss"}.get(state, "reopen")
    audit.record(actor=by, verb=verb, target=proposal, before=before, after=audit.snapshot(proposal), batch=batch)


def settle_words(words: Sequence[str]) -> int:
    """Let the comments that hold any two of these words show what counts now; how many."""
    wanted = list(dict.fromkeys(words))
    return settle(Comment.objects.filter(holding(wanted)).order_by("pk").values_list("pk", flat=True)) if wanted else 0


def restored(pks: list[str]) -> None:
    """An undo put proposals back: comments with their words show what counts now."""
    for proposal in FoundTopic.objects.filter(pk__in=[int(pk) for pk in pks]):
        settle_words(proposal.words)
