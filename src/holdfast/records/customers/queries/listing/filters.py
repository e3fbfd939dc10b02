"""What the list can be narrowed by, read from the address. Filters on profit need `see_profit`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from holdfast.common import formats, labels, months
from holdfast.foundation.accounts import queries as accounts
from holdfast.foundation.accounts.models import Department, User
from holdfast.foundation.accounts.rules import Scope
from holdfast.records.customers.models import Customer, Tag
from holdfast.records.customers.models.customer import CHANNELS, KINDS
from holdfast.records.customers.queries.listing.customs import custom_choices, custom_days, custom_spans, custom_typed
from holdfast.records.customers.queries.listing.plans import led_by_keys
from holdfast.records.customers.queries.listing.shapes import Chip, Choices, Days, Pairs, Span
from holdfast.records.customers.queries.search import matching
from holdfast.records.customers.rules.upkeep import RECORD_STATES, THIN, WHOLE

MOST_VALUES = 50


@dataclass
class Filters:
    """The filters of one request that this viewer may use."""

    values: dict[str, list[str]] = field(default_factory=dict)
    chips: list[Chip] = field(default_factory=list)
    where: Q = field(default_factory=Q)
    text: str = ""
    is_archived: bool = False
    # The viewer's customers are few: they are found by their keys, whatever else is asked of them.
    is_narrow: bool = False

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chips)

    def apply(self, customers: QuerySet[Customer]) -> QuerySet[Customer]:
        found = customers.filter(archived_at__isnull=not self.is_archived).filter(self.where)
        found = led_by_keys(found) if self.is_narrow else found
        return matching(found, self.text, is_narrow=self.is_narrow) if self.text else found


# --- choices ------------------------------------------------------------------------------------------------------
def _labelled(words: Mapping[str, labels.Words]) -> Callable[[User], Pairs]:
    return lambda _viewer: [(code, str(word)) for code, word in words.items()]


def _star_pairs(_viewer: User) -> Pairs:
    return [(str(stars), labels.stars_label(stars)) for stars in (5, 4, 3, 2, 1)] + [("0", _("未评星"))]


def _star_where(values: list[str], _viewer: User) -> Q:
    """By the stars shown: the hint where there are no stars yet."""
    wanted = [int(value) for value in values if value in "12345"]
    found = Q(standing__stars__in=wanted) | Q(standing__stars=None, standing__stars_hint__in=wanted)
    none = Q(standing__stars__isnull=True, standing__stars_hint__isnull=True)
    return found | none if "0" in values else found


def _provisional_where(values: list[str], _viewer: User) -> Q:
    hollow = Q(standing__is_provisional=True) | Q(standing__stars=None, standing__stars_hint__isnull=False)
    firm = Q(standing__is_provisional=False, standing__stars__isnull=False)
    return {"0": firm, "1": hollow}.get("".join(values), hollow | firm)


def _record_where(values: list[str], _viewer: User) -> Q:
    """As of last night's reading of the records."""
    states = {
        "stale": Q(upkeep__stale_on__lte=months.today()),
        "thin": Q(upkeep__completeness__lt=THIN),
        "whole": Q(upkeep__completeness__gte=WHOLE),
    }
    found = Q(pk__in=[])
    for value in values:
        found |= states.get(value, Q(pk__in=[]))
    return found


def _provisional_pairs(_viewer: User) -> Pairs:
    return [("0", _("已评定")), ("1", _("暂评"))]


def _one_of(lookup: str) -> Callable[[list[str], User], Q]:
    return lambda values, _viewer: Q(**{f"{lookup}__in": values})


def _owner_pairs(viewer: User) -> Pairs:
    people = accounts.assignable_users(viewer).order_by("name", "pk")[:300]
    return [
        ("me", _("我")),
        ("none", _("无归属")),
        *((str(person.pk), person.name) for person in people if person != viewer),
    ]


def _owner_where(values: list[str], viewer: User) -> Q:
    keys = [viewer.pk if value == "me" else int(value) for value in values if value == "me" or value.isdigit()]
    found = Q(owner__in=keys)
    return found | Q(owner=None) if "none" in values else found


def _department_pairs(viewer: User) -> Pairs:
    departments = Department.objects.order_by("path")
    if viewer.scope != Scope.ALL:
        departments = departments.filter(pk__in=viewer.department_ids)
    return [(str(department.pk), department.name) for department in departments]


def _department_where(values: list[str], _viewer: User) -> Q:
    """A department and all below it."""
    paths = Department.objects.filter(pk__in=[int(value) for value in values if value.isdigit()])
    below = Q(pk__in=[])
    for path in paths.values_list("path", flat=True):
        below |= Q(path__startswith=path)
    return Q(department__in=Department.objects.filter(below).order_by().values("pk"))


def visible_tags(viewer: User) -> QuerySet[Tag]:
    """Tags that hang on customers within reach: a tag may tell whose customer it was made for."""
    tags = Tag.objects.order_by("name")
    if viewer.scope == Scope.ALL:
        return tags
    return tags.filter(Exists(Customer.objects.visible_to(viewer).filter(tags=OuterRef("pk"))))


def _tag_pairs(viewer: User) -> Pairs:
    return [(str(tag.pk), tag.name) for tag in visible_tags(viewer)[:300]]


def _tag_where(values: list[str], _viewer: User) -> Q:
    link = Customer.tags.through.objects.filter(tag__in=[int(value) for value in values if value.isdigit()])
    return Q(pk__in=link.values("customer"))


def _typed(*lookups: str) -> Callable[[list[str], User], Q]:
    """Free words: any of them in any of the columns."""

    def where(values: list[str], _viewer: User) -> Q:
        found = Q()
        for value in values:
            for lookup in lookups:
                found |= Q(**{f"{lookup}__contains": value})
        return found

    return where


def _classes(_viewer: User) -> Pairs:
    return [(code, code) for code in "ABC"]


CHOICES = [
    Choices("stars", gettext_lazy("星级"), _star_pairs, _star_where),
    Choices("stage", gettext_lazy("阶段"), _labelled(labels.STAGES), _one_of("standing__stage")),
    Choices("movement", gettext_lazy("本月动向"), _labelled(labels.MOVEMENTS), _one_of("standing__movement")),
    Choices("risk", gettext_lazy("风险"), _labelled(labels.RISKS), _one_of("standing__risk")),
    Choices("owner", gettext_lazy("归属人"), _owner_pairs, _owner_where),
    Choices("department", gettext_lazy("部门"), _department_pairs, _department_where),
    Choices("tag", gettext_lazy("标签"), _tag_pairs, _tag_where),
    Choices("class", gettext_lazy("收入级别"), _classes, _one_of("standing__revenue_class")),
    Choices("kind", gettext_lazy("类型"), _labelled(KINDS), _one_of("kind")),
    Choices("channel", gettext_lazy("渠道"), _labelled(CHANNELS), _one_of("channel")),
    Choices("provisional", gettext_lazy("评级"), _provisional_pairs, _provisional_where),
    Choices("record", gettext_lazy("档案"), _labelled(RECORD_STATES), _record_where),
]
TYPED = [
    Choices("region", gettext_lazy("地区"), lambda _viewer: [], _typed("province", "city")),
    Choices("industry", gettext_lazy("行业"), lambda _viewer: [], _typed("industry")),
]


# --- spans --------------------------------------------------------------------------------------------------------
def _between(lookup: str, scale: int = 1) -> Callable[[Decimal | None, Decimal | None], Q]:
    def where(low: Decimal | None, high: Decimal | None) -> Q:
        found = Q(standing__isnull=False)
        if low is not None:
            found &= Q(**{f"{lookup}__gte": int(low * scale)})
        if high is not None:
            found &= Q(**{f"{lookup}__lte": int(high * scale)})
        return found

    return where


def _idle(low: Decimal | None, high: Decimal | None) -> Q:
    """Days since the last order, counted to today."""
    today, found = months.today(), Q(standing__last_on__isnull=False)
    if low is not None:
        found &= Q(standing__last_on__lte=today - timedelta(days=min(int(low), 36_500)))
    if high is not None:
        found &= Q(standing__last_on__gte=today - timedelta(days=min(int(high), 36_500)))
    return found


def _margin(low: Decimal | None, high: Decimal | None) -> Q:
    """Percent of the twelve months' revenue; without a known cost nobody is found."""
    found = Q(standing__revenue_12m_minor__gt=0, standing__profit_12m_minor__isnull=False)
    if low is not None:
        found &= Q(standing__profit_12m_minor__gte=F("standing__revenue_12m_minor") * float(low) / 100.0)
    if high is not None:
        found &= Q(standing__profit_12m_minor__lte=F("standing__revenue_12m_minor") * float(high) / 100.0)
    return found


SPANS = [
    Span(
        "revenue",
        gettext_lazy("近 12 月收入"),
        pgettext_lazy("unit", "元"),
        _between("standing__revenue_12m_minor", 100),
        is_money=True,
    ),
    Span(
        "stake",
        gettext_lazy("会失去的钱"),
        pgettext_lazy("unit", "元"),
        _between("standing__at_stake_minor", 100),
        is_money=True,
    ),
    Span("idle", gettext_lazy("距上次下单"), pgettext_lazy("unit", "天"), _idle),
    Span("orders", gettext_lazy("近 12 月下单"), pgettext_lazy("unit", "次"), _between("standing__orders_12m")),
    Span("margin", gettext_lazy("毛利率"), "%", _margin, needs_profit=True),
    Span(
        "profit",
        gettext_lazy("近 12 月毛利"),
        pgettext_lazy("unit", "元"),
        _between("standing__profit_12m_minor", 100),
        needs_profit=True,
        is_money=True,
    ),
    Span(
        "score", gettext_lazy("综合得分"), pgettext_lazy("unit", "分"), _between("standing__score"), needs_profit=True
    ),
]
LARGEST = Decimal(10) ** 13


def choices_for(viewer: User) -> list[Choices]:
    return [*(each for each in CHOICES if viewer.sees_profit or not each.needs_profit), *custom_choices(viewer)]


def typed_for(viewer: User) -> list[Choices]:
    return [*TYPED, *custom_typed(viewer)]


def spans_for(viewer: User) -> list[Span]:
    return [*(each for each in SPANS if viewer.sees_profit or not each.needs_profit), *custom_spans(viewer)]


def days_for(viewer: User) -> list[Days]:
    return custom_days(viewer)


# --- reading ------------------------------------------------------------------------------------------------------
def read_filters(viewer: User, params: Any) -> Filters:
    """The filters of an address (QueryDict or dict); unknown, empty and forbidden ones are left out."""
    filters = Filters(text=(_values(params, "q") or [""])[0][:100], is_narrow=viewer.scope == Scope.OWN)
    if filters.text:
        _note(filters, "q", _("搜索"), f"「{filters.text}」", [filters.text])
    for each in choices_for(viewer):
        _read_choices(filters, each, viewer, params)
    for each in typed_for(viewer):
        if values := _values(params, each.name):
            filters.where &= each.where(values, viewer)
            _note(filters, each.name, str(each.label), formats.listed(values), values)
    for span in spans_for(viewer):
        _read_span(filters, span, params)
    for days in days_for(viewer):
        _read_days(filters, days, params)
    if _values(params, "archived") == ["1"]:
        filters.is_archived = True
        _note(filters, "archived", _("状态"), _("已归档"), ["1"])
    return filters


def _values(params: Any, name: str) -> list[str]:
    found = params.getlist(name) if hasattr(params, "getlist") else params.get(name, [])
    rows: Iterable[Any] = [found] if isinstance(found, str | int) else found
    return [text for value in rows if (text := str(value).replace("\x00", "").strip())][:MOST_VALUES]


def _note(filters: Filters, name: str, label: str, value: str, values: list[str]) -> None:
    filters.chips.append(Chip(name, label, value))
    filters.values[name] = values


def _read_choices(filters: Filters, each: Choices, viewer: User, params: Any) -> None:
    if not (asked := _values(params, each.name)):
        return
    words = dict(each.pairs(viewer))
    values = [value for value in asked if value in words]
    filters.where &= each.where(values, viewer) if values else Q(pk__in=[])
    shown = _star_words(values) if each.name == "stars" else formats.listed(words[value] for value in values)
    _note(filters, each.name, str(each.label), shown or "—", values or asked)


def _star_words(values: list[str]) -> str:
    """「3 星以上」 where the chosen stars reach up to five without a gap."""
    stars = sorted(int(value) for value in values)
    if len(stars) > 1 and stars[0] > 0 and stars == list(range(stars[0], 6)):
        return _("%(stars)s 星以上") % {"stars": stars[0]}
    return formats.listed(_("未评星") if value == 0 else labels.stars_label(value) for value in reversed(stars))


def _number(params: Any, name: str) -> Decimal | None:
    values = _values(params, name)
    try:
        number = Decimal(values[0].replace(",", "").replace("，", "")) if values else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() and abs(number) < LARGEST else None


def _read_span(filters: Filters, span: Span, params: Any) -> None:
    low, high = _number(params, f"{span.name}_min"), _number(params, f"{span.name}_max")
    if low is None and high is None:
        return
    filters.where &= span.where(low, high)
    ends = [(f"{span.name}_min", "≥", low), (f"{span.name}_max", "≤", high)]
    given = [(name, sign, number) for name, sign, number in ends if number is not None]
    shown = " ".join(f"{sign} {_amount(span, number)}" for _name, sign, number in given)
    filters.chips.append(Chip(span.name, str(span.label), shown))
    filters.values |= {name: [f"{number.normalize():f}"] for name, _sign, number in given}


def _day(params: Any, name: str) -> date | None:
    values = _values(params, name)
    try:
        return date.fromisoformat(values[0]) if values else None
    except ValueError:
        return None


def _read_days(filters: Filters, days: Days, params: Any) -> None:
    first, last = _day(params, f"{days.name}_min"), _day(params, f"{days.name}_max")
    if first is None and last is None:
        return
    filters.where &= days.where(first, last)
    ends = [(f"{days.name}_min", "≥", first), (f"{days.name}_max", "≤", last)]
    given = [(name, sign, day) for name, sign, day in ends if day is not None]
    shown = " ".join(f"{sign} {formats.day(day, 'full')}" for _name, sign, day in given)
    filters.chips.append(Chip(days.name, str(days.label), shown))
    filters.values |= {name: [day.isoformat()] for name, _sign, day in given}


def _amount(span: Span, number: Decimal) -> str:
    if span.is_money:
        return formats.money(number * 100, "panel")
    if span.name == "idle":
        return formats.days(int(number))
    unit = f" {span.unit}" if span.unit and span.unit != "%" else span.unit
    return f"{number.normalize():f}{unit}"
