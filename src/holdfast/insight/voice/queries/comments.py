"""Lists of what customers said, by what was read out of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations, islice
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from holdfast.common import formats, labels
from holdfast.foundation.accounts.models import User
from holdfast.insight.voice.models import FoundTopic, Mention
from holdfast.insight.voice.queries.names import Names, topic_names
from holdfast.insight.voice.rules import WORDS_NEEDED
from holdfast.records.commerce.queries.lists import Page, keyset_page
from holdfast.records.customers.models import Customer
from holdfast.records.customers.queries import matching
from holdfast.records.feedback import queries as feedback
from holdfast.records.feedback.models import Comment
from holdfast.records.feedback.rules import CHANNELS, FACTORS, TONES

PAGE_ROWS = 50
CHUNK = 1000
PANEL_ROWS = 6


def visible_comments(viewer: User) -> QuerySet[Comment]:
    """Visible comments with their readings and topics, the last one first."""
    found = feedback.visible_comments(viewer).select_related("reading", "customer__owner", "customer__standing")
    return found.prefetch_related(Prefetch("reading__mentions", Mention.objects.order_by("pk")))


def comment_list(viewer: User, params: Mapping[str, Any]) -> Page[Comment]:
    """One page of the filtered comments, newest first; paged by after/before."""
    found = listed(viewer, params)
    return keyset_page(found, "said_at", True, after=params.get("after"), before=params.get("before"), rows=PAGE_ROWS)


def filtered(viewer: User, params: Mapping[str, Any]) -> QuerySet[Comment]:
    """Visible comments by the filters q, tone, complaint, topic, channel, since, until, stars, owner, customer, state,
    scored, group, alike, found; unknown names are left alone."""
    found, names = visible_comments(viewer), None
    for name, narrow in FILTERS.items():
        value = params.get(name)
        if value in (None, ""):
            continue
        if name == "topic":
            names = names or topic_names()
            found = _by_topic(found, str(value), names)
        elif name == "owner":
            found = found.filter(customer__owner=viewer if value == "me" else value)
        else:
            found = narrow(found, value)
    return found


def listed(viewer: User, params: Mapping[str, Any]) -> QuerySet[Comment]:
    """What a list of the filtered comments shows: those with words; answers of scores alone where scores are asked for.

    What the same customer said again in almost the same words stands once, the last time, as the figures count it; all of
    it where `every`, one group (`alike`) or scores are asked for.
    """
    found = filtered(viewer, params)
    if params.get("scored") or params.get("group"):
        return found
    worded = found.exclude(text="")
    return worded if params.get("every") or params.get("alike") else worded.exclude(_said_again(params))


def _said_again(params: Mapping[str, Any]) -> Exists:
    """A later comment of the same customer says the same, inside the same days and channel."""
    later = Q(said_on__gt=OuterRef("said_on")) | Q(said_on=OuterRef("said_on"), pk__gt=OuterRef("pk"))
    same = Comment.objects.filter(later, customer=OuterRef("customer"), reading__same_as=OuterRef("reading__same_as"))
    for name in ("since", "until", "channel"):
        if params.get(name):
            same = FILTERS[name](same, params[name])
    return Exists(same.order_by())


def said_alike(viewer: User, comments: Iterable[Comment]) -> dict[int, int]:
    """Comment → how many other visible comments say the same in almost the same words; those without any are left out."""
    groups = {one.pk: one.reading.same_as for one in comments if getattr(one, "reading", None) and one.reading.same_as}
    if not groups:
        return {}
    seen = Comment.objects.visible_to(viewer).filter(reading__same_as__in=set(groups.values())).order_by()
    counts = dict(seen.values_list("reading__same_as").annotate(n=Count("pk")))
    return {pk: counts[group] - 1 for pk, group in groups.items() if counts.get(group, 0) > 1}


def comments_of(viewer: User, customer: Customer, rows: int = PANEL_ROWS) -> list[Comment]:
    """The last things one customer said."""
    return list(visible_comments(viewer).filter(customer=customer).order_by("-said_at", "-pk")[:rows])


def _by_text(found: QuerySet[Comment], text: str) -> QuerySet[Comment]:
    customers = matching(Customer.objects.order_by(), text).values("pk")
    return found.filter(Q(text__icontains=text) | Q(customer__in=customers))


def _by_topic(found: QuerySet[Comment], code: str, names: Names) -> QuerySet[Comment]:
    mentions = Mention.objects.filter(topic__in=names.members(names.root(code)))
    return found.filter(pk__in=mentions.order_by().values("reading"))


def _by_stars(found: QuerySet[Comment], stars: str) -> QuerySet[Comment]:
    if stars == "none":
        return found.filter(Q(customer__standing=None) | Q(customer__standing__stars=None))
    return found.filter(customer__standing__stars=int(stars))


def _by_state(found: QuerySet[Comment], state: str) -> QuerySet[Comment]:
    if state == "confirmed":
        return found.filter(confirmed_at__isnull=False)
    return found.filter(confirmed_at=None)


def _by_score(found: QuerySet[Comment], scale: str) -> QuerySet[Comment]:
    """With that score; `parts`: with the satisfaction and every part of it."""
    wanted = ("csat", *FACTORS) if scale == "parts" else (scale,)
    return found.filter(**{f"{name}__isnull": False for name in wanted})


def _by_group(found: QuerySet[Comment], group: str) -> QuerySet[Comment]:
    least, most = SCORE_GROUPS[group]
    scale = group.partition("-")[0]
    return found.filter(**{f"{scale}__gte": least, f"{scale}__lte": most})


def _by_found(found: QuerySet[Comment], key: Any) -> QuerySet[Comment]:
    """Comments that hold enough words of a topic that the machine found."""
    proposal = FoundTopic.objects.filter(pk=key).first()
    return found.filter(holding(proposal.words)) if proposal else found.none()


def holding(words: Sequence[str]) -> Q:
    """As `rules.has_words`, for the database."""
    wanted = Q(pk__in=[])
    for some in combinations(words, min(WORDS_NEEDED, len(words))):
        wanted |= Q(*(Q(text__icontains=word) for word in some))
    return wanted


# Ranges of scores that a figure of the satisfaction page counts.
SCORE_GROUPS: dict[str, tuple[int, int]] = {
    "nps-promoters": (9, 10), "nps-passives": (7, 8), "nps-detractors": (0, 6), "csat-top": (4, 5), "csat-low": (1, 3),
}  # fmt: skip
SCORE_GROUP_WORDS: dict[str, Any] = {
    "nps-promoters": gettext_lazy("推荐者（9–10 分）"), "nps-passives": gettext_lazy("中立者（7–8 分）"),
    "nps-detractors": gettext_lazy("贬损者（0–6 分）"), "csat-top": gettext_lazy("满意（4–5 分）"),
    "csat-low": gettext_lazy("不满意（1–3 分）"),
}  # fmt: skip
for _factor, _name in FACTORS.items():
    SCORE_GROUPS |= {f"{_factor}-top": (4, 5), f"{_factor}-low": (1, 3)}
    SCORE_GROUP_WORDS |= {
        f"{_factor}-top": format_lazy("{} {}", _name, gettext_lazy("4–5 分")),
        f"{_factor}-low": format_lazy("{} {}", _name, gettext_lazy("1–3 分")),
    }  # fmt: skip
SCALE_WORDS = {
    "nps": gettext_lazy("有推荐分"), "csat": gettext_lazy("有满意度"), "parts": gettext_lazy("分项都打了分"),
    **{factor: format_lazy("{} {}", gettext_lazy("打了分的："), name) for factor, name in FACTORS.items()},
}  # fmt: skip
STATES = {"confirmed": gettext_lazy("人已确认"), "open": gettext_lazy("等人确认")}
FILTERS: dict[str, Any] = {
    "q": _by_text,
    "tone": lambda found, tone: found.filter(reading__shown_tone=tone),
    "complaint": lambda found, _yes: found.filter(reading__shown_complaint=True),
    "topic": None,
    "channel": lambda found, channel: found.filter(channel=channel),
    "since": lambda found, day: found.filter(said_on__gte=day),
    "until": lambda found, day: found.filter(said_on__lte=day),
    "stars": _by_stars,
    "owner": None,
    "customer": lambda found, customer: found.filter(customer=customer),
    "state": _by_state,
    "scored": _by_score,
    "group": _by_group,
    "alike": lambda found, group: found.filter(reading__same_as=group),
    "found": _by_found,
}


# --- as a file ------------------------------------------------------------------------------------------------------
COLUMNS = [
    (gettext_lazy("客户编号"), "id"), (gettext_lazy("客户"), "text"), (gettext_lazy("归属人"), "text"),
    (gettext_lazy("哪一天说的"), "date"), (gettext_lazy("从哪里听到"), "text"), (gettext_lazy("说了什么"), "text"),
    (gettext_lazy("语气"), "text"), (gettext_lazy("是投诉"), "text"), (gettext_lazy("主题"), "text"),
    (gettext_lazy("推荐分"), "integer"), (gettext_lazy("满意度"), "integer"), (gettext_lazy("谁读的"), "text"),
]  # fmt: skip


def export_columns() -> list[tuple[str, str]]:
    """(heading, kind as `sheets.Column` takes it) in the reader's language."""
    return [(str(heading), kind) for heading, kind in COLUMNS]


def export_rows(found: QuerySet[Comment]) -> Iterator[list[Any]]:
    """A row a comment in the order of the list; read in thousands."""
    names, rows = topic_names(), found.order_by("-said_at", "-pk").iterator(chunk_size=CHUNK)
    while comments := list(islice(rows, CHUNK)):
        for comment in comments:
            yield _row(comment, names)


def _row(comment: Comment, names: Names) -> list[Any]:
    reading, customer = getattr(comment, "reading", None), comment.customer
    topics = names.listed(one.topic for one in reading.mentions.all()) if reading else []
    return [
        customer.code, customer.name, customer.owner.name if customer.owner else "", comment.said_on,
        str(CHANNELS[comment.channel]), comment.text, str(TONES[reading.shown_tone]) if reading else "",
        _("是") if reading and reading.shown_complaint else "", formats.listed(name for _code, name in topics),
        comment.nps, comment.csat, who_read(comment),
    ]  # fmt: skip


def who_read(comment: Comment) -> str:
    if comment.is_confirmed:
        return comment.confirmed_by.name if comment.confirmed_by else _("人")
    return _("机器") if getattr(comment, "reading", None) else ""


def export_chips(viewer: User, filters: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The filter of an earlier export in words."""
    found = []
    if tone := filters.get("tone"):
        found.append((_("语气"), str(TONES.get(tone, tone))))
    if filters.get("complaint"):
        found.append((_("投诉"), _("是")))
    if code := filters.get("topic"):
        found.append((_("主题"), topic_names().of(str(code))))
    if channel := filters.get("channel"):
        found.append((pgettext("filter", "来源"), str(CHANNELS.get(channel, channel))))
    for name, word in (("since", _("从")), ("until", _("到"))):
        if filters.get(name):
            found.append((word, _day(filters[name])))
    if stars := filters.get("stars"):
        found.append((_("星级"), labels.stars_label(int(stars) if str(stars).isdecimal() else None)))
    if filters.get("owner"):
        found.append((_("归属"), _("我的客户") if filters["owner"] == "me" else str(filters["owner"])))
    if filters.get("q"):
        found.append((_("查找"), str(filters["q"])))
    return found


def _day(value: Any) -> str:
    return formats.day(date.fromisoformat(value) if isinstance(value, str) else value, "plain")
