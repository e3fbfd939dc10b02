"""Which needs many share and which hang on one customer, who says so, and what was decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from holdfast.common import formats
from holdfast.common.months import Month, today
from holdfast.foundation.accounts.models import User
from holdfast.insight.quality.models import Process
from holdfast.insight.quality.queries import Origin
from holdfast.insight.voice.models import Need
from holdfast.insight.voice.queries.comments import listed
from holdfast.insight.voice.queries.names import topic_names
from holdfast.insight.voice.queries.topics import Board, Said, TopicRow, severity_of, topic_board
from holdfast.records.customers.models import Customer

MOST_BEHIND = 3
BACK_MONTHS = 12


@dataclass(frozen=True)
class Behind:
    """A customer behind a topic: his share of its weight (0–1) and how many comments of his count."""

    customer: Customer
    share: float
    comments: int


@dataclass(frozen=True)
class NeedRow:
    """A topic with the customers behind it, the weightiest first, and what was written down about it."""

    topic: TopicRow
    behind: list[Behind]
    others: int
    needs: list[Need]

    @property
    def only(self) -> Customer | None:
        """The one customer whose need it is."""
        return self.behind[0].customer if len(self.topic.customers) == 1 and self.behind else None


@dataclass(frozen=True)
class NeedBoard:
    """Topics of a period by weight, and needs under topics that nobody spoke of in it."""

    board: Board
    rows: list[NeedRow]
    silent: list[Need]

    def of_kind(self, kind: str) -> list[NeedRow]:
        return [row for row in self.rows if row.topic.kind == kind]


def visible_needs(viewer: User) -> QuerySet[Need]:
    """Needs in use that the viewer may see, the newest first."""
    found: QuerySet[Need] = Need.objects.visible_to(viewer).filter(archived_at=None)
    return found.select_related("topic", "customer__standing", "process", "owner", "by")


def need_board(viewer: User, params: Mapping[str, Any], *, until: date) -> NeedBoard:
    """The topics of the filtered comments with who is behind them; `topic` narrows to one. A fixed number of queries."""
    names = topic_names()
    wanted = names.root(str(params["topic"])) if params.get("topic") else ""
    board = topic_board(viewer, {name: value for name, value in params.items() if name != "topic"}, until=until)
    rows = [row for row in board.by_weight if not wanted or row.code == wanted]
    needs: dict[str, list[Need]] = defaultdict(list)
    for need in visible_needs(viewer):
        needs[names.root(need.topic.code)].append(need)
    behind = _behind(board, rows, until)
    people = Customer.objects.visible_to(viewer).select_related("standing").in_bulk(
        {customer for some in behind.values() for customer, _share, _n in some[:MOST_BEHIND]}
    )  # fmt: skip
    made = [_row(row, behind[row.code], people, needs.pop(row.code, [])) for row in rows]
    return NeedBoard(board, made, [] if wanted else [need for some in needs.values() for need in some])


def _row(
    topic: TopicRow, behind: list[tuple[int, float, int]], people: Mapping[int, Customer], needs: list[Need]
) -> NeedRow:
    shown = [Behind(people[customer], share, n) for customer, share, n in behind[:MOST_BEHIND] if customer in people]
    return NeedRow(topic, shown, len(behind) - len(shown), needs)


def _behind(board: Board, rows: Iterable[TopicRow], until: date) -> dict[str, list[tuple[int, float, int]]]:
    """Topic → (customer, share of its weight, comments), the weightiest first: as `analysis.voice.voice_weights` weighs."""
    from holdfast.analysis import voice

    people = sorted(board.worth)
    weights = voice.customer_weights([board.worth[one] for one in people], floor=board.rule.floor)
    weight = dict(zip(people, weights.tolist(), strict=True))
    return {row.code: _shares(row.said, weight, board, until) for row in rows}


def _shares(
    said: list[Said], weight: Mapping[int, float], board: Board, until: date
) -> list[tuple[int, float, int]]:  # fmt: skip
    from holdfast.analysis import voice

    left = voice.recency([(until - one.day).days for one in said], half_life_days=board.rule.half_life_days)
    loudest: dict[int, float] = {}
    counts: dict[int, int] = defaultdict(int)
    for one, part in zip(said, left.tolist(), strict=True):
        loudest[one.customer] = max(loudest.get(one.customer, 0.0), severity_of(one, board.rule) * part)
        counts[one.customer] += 1
    raw = {customer: weight[customer] * loud for customer, loud in loudest.items()}
    whole = sum(raw.values())
    found = [(customer, part / whole, counts[customer]) for customer, part in raw.items()]
    return sorted(found, key=lambda row: (-row[1], row[0]))


def behind_topic(viewer: User, code: str, *, until: date) -> QuerySet[Customer]:
    """Visible customers whose comments of the last twelve months name a topic."""
    said = listed(viewer, {"topic": code, "since": since(until)}).order_by()
    return Customer.objects.visible_to(viewer).filter(pk__in=said.values("customer")).order_by("name")


def since(until: date) -> date:
    """The first day of the last twelve months."""
    return Month.of(until).plus(1 - BACK_MONTHS).first


def voices_of(need: Need, *, until: date) -> dict[str, Any]:
    """The filters of the comment list that show the voices behind a need."""
    found: dict[str, Any] = {"topic": need.topic.code, "since": since(until)}
    return {**found, "customer": need.customer_id} if need.customer_id else found


def tell_origins(viewer: User, process: Process) -> list[Origin]:
    """For the page of a process: the needs that caused it."""
    names, until = topic_names(), today()
    return [
        _origin(viewer, need, names.of(need.topic.code), until)
        for need in visible_needs(viewer).filter(process=process)
    ]


def _origin(viewer: User, need: Need, topic: str, until: date) -> Origin:
    asked = voices_of(need, until=until)
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    parts = [topic, need.customer.name if need.customer else "", need.owner.name if need.owner else ""]
    parts += [formats.day(need.review_on, "plain")] if need.review_on else []
    count = listed(viewer, asked).order_by().count()
    return Origin(
        need.text, need.get_absolute_url(), " · ".join(part for part in parts if part), count,
        f"{reverse('voice:comments')}?{query}",
    )  # fmt: skip
