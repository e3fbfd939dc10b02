"""What comments are about: shares, months, tones, who says it, and how much those who say it are worth."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from holdfast.common.months import Month
from holdfast.foundation.accounts.models import User
from holdfast.insight.voice.models import Mention
from holdfast.insight.voice.queries.comments import filtered
from holdfast.insight.voice.queries.names import Names, topic_names

NOTHING = ""  # stands for the topic of those who named none
COLUMNS = (
    "pk", "customer", "said_on", "reading__shown_tone", "reading__shown_complaint", "customer__standing__revenue_12m_minor",
)  # fmt: skip


@dataclass
class TopicRow:
    """One topic: comments and customers that name it, their tones and months.

    Shares 0–1: `share` of the comments read, `head_share` of the customers with a voice, `value_share` of what they are
    worth. `kind`: common or individual.
    """

    code: str
    name: str
    comments: int = 0
    complaints: int = 0
    tones: Counter[str] = field(default_factory=Counter)
    months: Counter[str] = field(default_factory=Counter)
    customers: set[int] = field(default_factory=set)
    share: float = 0.0
    head_share: float = 0.0
    value_share: float = 0.0
    rank_heads: int = 0
    rank_value: int = 0
    kind: str = "individual"

    @property
    def negative_share(self) -> float:
        return self.tones["negative"] / self.comments if self.comments else 0.0

    @property
    def climb(self) -> int:
        """Places that the topic gains when voices are weighed by value; negative when it loses."""
        return self.rank_heads - self.rank_value


@dataclass(frozen=True)
class Board:
    """All topics of a period, most named first; `comments` read, `without` of them about no known topic."""

    rows: list[TopicRow]
    comments: int
    without: int
    customers: int
    months: list[str]
    tones: Counter[str]
    complaints: int
    waiting: int


def topic_board(viewer: User, params: Mapping[str, Any], *, until: date, months: int = 12) -> Board:
    """Topics of the filtered comments. Merged topics count as one: a comment that names both counts once."""
    names = topic_names()
    found = filtered(viewer, params)
    plain = found.select_related(None).prefetch_related(None).order_by()
    rows = {row[0]: row[1:] for row in plain.filter(reading__isnull=False).values_list(*COLUMNS)}
    waiting = plain.filter(reading=None).exclude(text="").count()
    topics = _topics_of(plain, names, rows)
    made = {code: TopicRow(code, names.own(code)) for code in {one for codes in topics.values() for one in codes}}
    for comment, codes in topics.items():
        for code in codes:
            _count(made[code], rows[comment])
    worth = {customer: minor or 0 for customer, _d, _t, _c, minor in rows.values()}
    ordered = _weighed(made, worth, len(rows))
    last = Month.of(until)
    return Board(
        rows=ordered, comments=len(rows), without=len(rows) - len(topics), customers=len(worth),
        months=[str(last.plus(-back)) for back in reversed(range(months))],
        tones=Counter(row[2] for row in rows.values()), complaints=sum(bool(row[3]) for row in rows.values()),
        waiting=waiting,
    )  # fmt: skip


def _topics_of(plain: Any, names: Names, rows: Mapping[int, Any]) -> dict[int, set[str]]:
    """Comment → the topics it counts under."""
    found: dict[int, set[str]] = defaultdict(set)
    mentions = Mention.objects.filter(reading__in=plain.values("pk")).order_by()
    for comment, topic in mentions.values_list("reading", "topic"):
        if comment in rows:
            found[comment].add(names.root(topic))
    return found


def _count(topic: TopicRow, row: tuple[Any, ...]) -> None:
    customer, day, tone, is_complaint, _revenue = row
    topic.comments += 1
    topic.complaints += bool(is_complaint)
    topic.tones[tone] += 1
    topic.months[f"{day:%Y-%m}"] += 1
    topic.customers.add(customer)


def _weighed(made: Mapping[str, TopicRow], worth: Mapping[int, int], comments: int) -> list[TopicRow]:
    """Put shares, kinds and ranks on the topics; most named first."""
    rows = list(made.values())
    for found in _needs(rows, worth):
        row = made[found["topic"]]
        row.head_share, row.value_share, row.kind = found["share"], found["weight"], found["kind"]
    for row in rows:
        row.share = row.comments / comments if comments else 0.0
    _rank(rows, "head_share", "rank_heads")
    _rank(rows, "value_share", "rank_value")
    return sorted(rows, key=lambda row: (-row.comments, row.code))


def _needs(rows: list[TopicRow], worth: Mapping[int, int]) -> list[dict[str, Any]]:
    """What the engine says of who needs what; customers whose voice names no topic have one all the same."""
    import pyarrow as pa

    from holdfast.analysis import voice

    pairs = [(customer, row.code) for row in rows for customer in sorted(row.customers)]
    silent = [(customer, NOTHING) for customer in sorted(worth.keys() - {customer for customer, _ in pairs})]
    voices = pa.table(
        {
            "customer_id": pa.array([customer for customer, _ in [*pairs, *silent]], pa.int64()),
            "topic": pa.array([topic for _, topic in [*pairs, *silent]], pa.string()),
            "value_minor": pa.array([worth[customer] for customer, _ in [*pairs, *silent]], pa.int64()),
        }
    )
    return [found for found in voice.needs(voices).to_pylist() if found["topic"] != NOTHING]


def _rank(rows: list[TopicRow], by: str, name: str) -> None:
    for place, row in enumerate(sorted(rows, key=lambda row: (-getattr(row, by), row.code)), start=1):
        setattr(row, name, place)
