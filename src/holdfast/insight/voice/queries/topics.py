"""What comments are about: shares, months, tones, who says it, and how much those who say it weigh."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from holdfast.common.months import Month
from holdfast.foundation.accounts.models import User
from holdfast.insight.voice import rules
from holdfast.insight.voice.models import Mention, WeightRule
from holdfast.insight.voice.queries.comments import filtered
from holdfast.insight.voice.queries.names import Names, topic_names
from holdfast.insight.voice.queries.weights import basis_for, weight_rule

if TYPE_CHECKING:
    import pyarrow as pa

NOTHING = ""  # stands for the topic of those who named none


class Said(NamedTuple):
    """What of a comment is counted."""

    pk: int
    customer: int
    day: date
    tone: str
    is_complaint: bool
    p_complaint: float | None
    same_as: int | None
    is_confirmed: bool
    revenue: int | None
    profit: int | None

    @property
    def chance(self) -> float | None:
        """That it is a complaint: a person's word is certain."""
        return float(self.is_complaint) if self.is_confirmed else self.p_complaint


COLUMNS = (
    "pk", "customer", "said_on", "reading__shown_tone", "reading__shown_complaint", "reading__p_complaint",
    "reading__same_as", "confirmed_at", "customer__standing__revenue_12m_minor", "customer__standing__profit_12m_minor",
)  # fmt: skip


@dataclass
class TopicRow:
    """One topic: comments and customers that name it, their tones and months.

    Shares 0–1: `share` of the comments read, `head_share` of the customers with a voice; `heads` and `weight` of all
    topics together, by customers and by what their voices weigh. `is_vital`: in the smallest set with 80 % of the
    weight, `cumulative` up to here. `kind`: common or individual. `said`: the comments that count.
    """

    code: str
    name: str
    comments: int = 0
    complaints: int = 0
    tones: Counter[str] = field(default_factory=Counter)
    months: Counter[str] = field(default_factory=Counter)
    customers: set[int] = field(default_factory=set)
    said: list[Said] = field(default_factory=list)
    share: float = 0.0
    head_share: float = 0.0
    heads: float = 0.0
    weight: float = 0.0
    cumulative: float = 0.0
    is_vital: bool = False
    rank_heads: int = 0
    rank_value: int = 0
    kind: str = "individual"

    @property
    def negative_share(self) -> float:
        return self.tones["negative"] / self.comments if self.comments else 0.0

    @property
    def climb(self) -> int:
        """Places that the topic gains when voices are weighed; negative when it loses."""
        return self.rank_heads - self.rank_value


@dataclass(frozen=True)
class Board:
    """All topics of a period, most named first; `comments` read, `without` of them about no known topic.

    `repeats`: comments left out because the same customer said the same again. `worth`: customer → what he is worth by
    `basis` (profit or revenue of 12 months, minor units).
    """

    rows: list[TopicRow]
    comments: int
    without: int
    customers: int
    months: list[str]
    tones: Counter[str]
    complaints: int
    waiting: int
    repeats: int
    basis: str
    rule: WeightRule
    worth: dict[int, int]

    @property
    def by_weight(self) -> list[TopicRow]:
        return sorted(self.rows, key=lambda row: row.rank_value)

    @property
    def vital(self) -> list[TopicRow]:
        return [row for row in self.by_weight if row.is_vital]


def topic_board(viewer: User, params: Mapping[str, Any], *, until: date, months: int = 12) -> Board:
    """Topics of the filtered comments. Merged topics count as one: a comment that names both counts once; so does what
    a customer says again in almost the same words. Ages count up to `until`."""
    names, rule = topic_names(), weight_rule()
    found = filtered(viewer, params)
    plain = found.select_related(None).prefetch_related(None).order_by()
    told = [_said(row) for row in plain.filter(reading__isnull=False).values_list(*COLUMNS)]
    rows = {one.pk: one for one in once_each(told)}
    waiting = plain.filter(reading=None).exclude(text="").count()
    topics = _topics_of(plain, names, rows)
    made = {code: TopicRow(code, names.own(code)) for code in {one for codes in topics.values() for one in codes}}
    for comment, codes in topics.items():
        for code in codes:
            _count(made[code], rows[comment])
    basis = basis_for(viewer, rule, (one.profit for one in rows.values()))
    worth = {one.customer: getattr(one, basis) or 0 for one in rows.values()}
    _kinds(made, worth)
    _weigh(made, rows, topics, worth, rule, until)
    _rank(made, len(rows))
    last = Month.of(until)
    return Board(
        rows=sorted(made.values(), key=lambda row: (-row.comments, row.code)), comments=len(rows),
        without=len(rows) - len(topics), customers=len(worth),
        months=[str(last.plus(-back)) for back in reversed(range(months))],
        tones=Counter(one.tone for one in rows.values()), complaints=sum(one.is_complaint for one in rows.values()),
        waiting=waiting, repeats=len(told) - len(rows), basis=basis, rule=rule, worth=worth,
    )  # fmt: skip


def _said(row: tuple[Any, ...]) -> Said:
    pk, customer, day, tone, is_complaint, chance, same, confirmed, revenue, profit = row
    return Said(pk, customer, day, tone, bool(is_complaint), chance, same, confirmed is not None, revenue, profit)


def once_each(told: Iterable[Said]) -> list[Said]:
    """What is said, without what the same customer said again in almost the same words: the last time counts."""
    kept: dict[Any, Said] = {}
    for one in sorted(told, key=lambda one: (one.day, one.pk)):
        kept[one.pk if one.same_as is None else (one.same_as, one.customer)] = one
    return list(kept.values())


def _topics_of(plain: Any, names: Names, rows: Mapping[int, Said]) -> dict[int, set[str]]:
    """Comment → the topics it counts under."""
    found: dict[int, set[str]] = defaultdict(set)
    mentions = Mention.objects.filter(reading__in=plain.values("pk")).order_by()
    for comment, topic in mentions.values_list("reading", "topic"):
        if comment in rows:
            found[comment].add(names.root(topic))
    return found


def _count(topic: TopicRow, one: Said) -> None:
    topic.comments += 1
    topic.complaints += one.is_complaint
    topic.tones[one.tone] += 1
    topic.months[f"{one.day:%Y-%m}"] += 1
    topic.customers.add(one.customer)
    topic.said.append(one)


def _kinds(made: Mapping[str, TopicRow], worth: Mapping[int, int]) -> None:
    """What the engine says of who needs what; customers whose voice names no topic have one all the same."""
    import pyarrow as pa

    from holdfast.analysis import voice

    pairs = [(customer, row.code) for row in made.values() for customer in sorted(row.customers)]
    silent = [(customer, NOTHING) for customer in sorted(worth.keys() - {customer for customer, _ in pairs})]
    voices = pa.table(
        {
            "customer_id": pa.array([customer for customer, _ in [*pairs, *silent]], pa.int64()),
            "topic": pa.array([topic for _, topic in [*pairs, *silent]], pa.string()),
            "value_minor": pa.array([worth[customer] for customer, _ in [*pairs, *silent]], pa.int64()),
        }
    )
    for found in voice.needs(voices).to_pylist():
        if row := made.get(found["topic"]):
            row.head_share, row.kind = found["share"], found["kind"]


def severity_of(one: Said, rule: WeightRule) -> float:
    """How badly things went by the rule's steps."""
    from holdfast.analysis import voice

    return voice.severity(one.tone, one.chance, rule={name: getattr(rule, name) for name in rules.STEPS})


def _weigh(
    made: Mapping[str, TopicRow], rows: Mapping[int, Said], topics: Mapping[int, set[str]], worth: Mapping[int, int],
    rule: WeightRule, until: date,
) -> None:  # fmt: skip
    """Put on the topics what the voices that name them weigh, and their share of heads."""
    from holdfast.analysis import voice

    found = voice.voice_weights(
        _voices(rows, topics, worth, rule, until), half_life_days=rule.half_life_days, floor=rule.floor
    )
    for one in found.to_pylist():
        row = made[one["topic"]]
        row.heads, row.weight, row.cumulative = one["heads"], one["weight"], one["cumulative"]
        row.is_vital = one["is_vital"]


def _voices(
    rows: Mapping[int, Said], topics: Mapping[int, set[str]], worth: Mapping[int, int], rule: WeightRule, until: date
) -> pa.Table:
    import pyarrow as pa

    table = [
        (one.customer, topic, worth[one.customer], severity_of(one, rule), float((until - one.day).days))
        for one in rows.values()
        for topic in _named(topics.get(one.pk))
    ]
    names = ("customer_id", "topic", "value_minor", "severity", "age_days")
    kinds = (pa.int64(), pa.string(), pa.int64(), pa.float64(), pa.float64())
    columns = list(zip(*table, strict=True)) if table else [()] * len(names)
    return pa.table(
        {name: pa.array(list(column), kind) for name, column, kind in zip(names, columns, kinds, strict=True)}
    )


def _named(codes: Iterable[str] | None) -> list[str | None]:
    """The topics of a voice, one null where it names none."""
    return [*sorted(codes)] if codes else [None]


def _rank(made: Mapping[str, TopicRow], comments: int) -> None:
    rows = list(made.values())
    for row in rows:
        row.share = row.comments / comments if comments else 0.0
    for by, name in (("heads", "rank_heads"), ("weight", "rank_value")):
        for place, row in enumerate(sorted(rows, key=lambda row: (-getattr(row, by), row.code)), start=1):
            setattr(row, name, place)
