"""我的应做: what one person owes customers now, on a page and as a block of the workbench."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from holdfast.actions.care import queries
from holdfast.actions.care.rules import KINDS
from holdfast.actions.care.rules.kinds import SERVED_KINDS
from holdfast.actions.care.views import shown
from holdfast.common.months import Month, today
from holdfast.common.web import needs, show
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.queries import assignable_users
from holdfast.foundation.accounts.rules import Permission

SHOWN = 200


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def mine(request: StaffRequest) -> HttpResponse:
    """One's own customers, gaps first; ?owner= another person's whose customers one sees."""
    owner = _owner(request)
    found = queries.my_duties(request.user, today(), owner)
    everything = request.GET.get("all") == "1"
    customers = found.customers if everything else found.gaps
    context = {
        "owner": owner,
        "is_me": owner == request.user,
        "found": found,
        "customers": customers[:SHOWN],
        "more": max(0, len(customers) - SHOWN),
        "everything": everything,
        "modes": _modes(request, everything),
        "people": _people(request.user),
        "kinds": KINDS,
        "tones": shown.TONES,
        "bars": bars(found),
        "month": Month.of(today()),
        "may_log": request.user.may(Permission.TASK_EDIT),
    }
    return show(request, "care/mine.html", context)


def _owner(request: StaffRequest) -> User:
    asked = request.GET.get("owner", "")
    if not asked.isdecimal() or asked == str(request.user.pk):
        return request.user
    found = assignable_users(request.user).filter(pk=int(asked)).first() if len(asked) < 18 else None
    if found is None:
        raise Http404
    return found


def _people(viewer: User) -> list[User]:
    """Whom a manager may look at: active people within reach; nobody for those who see their own alone."""
    found = list(assignable_users(viewer).select_related("department")[:200])
    return found if len(found) > 1 else []


def _modes(request: StaffRequest, everything: bool) -> list[dict[str, Any]]:
    owner = request.GET.get("owner", "")
    extra = f"&owner={owner}" if owner.isdecimal() else ""
    return [
        {"title": _("还差的"), "url": f"?all=0{extra}", "active": not everything},
        {"title": _("全部"), "url": f"?all=1{extra}", "active": everything},
    ]


def bars(found: queries.Mine) -> list[dict[str, Any]]:
    """A bar per star and kind: kept of what is due, the higher star first."""
    sums: dict[tuple[int, str], list[int]] = {}
    for customer in found.customers:
        for duty, progress in customer.duties:
            sums.setdefault((customer.stars, duty.kind), [0, 0, 0])
            for place, value in enumerate((progress.due, progress.kept, progress.missing)):
                sums[customer.stars, duty.kind][place] += value
    order = sorted(sums, key=lambda key: (-key[0], SERVED_KINDS.index(key[1])))
    return [_bar(stars, kind, *sums[stars, kind]) for stars, kind in order]


def _bar(stars: int, kind: str, due: int, kept: int, missing: int) -> dict[str, Any]:
    return {
        "stars": stars, "word": KINDS[kind], "due": due, "kept": kept, "missing": missing,
        "tone": shown.tone_of(kept / due if due else None, shown.elapsed(Month.of(today()))),
    }  # fmt: skip


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def block(request: StaffRequest) -> HttpResponse:
    """How far one's own duties are, for the workbench; nothing for who has none."""
    found = queries.my_duties(request.user, today())
    context = {
        "found": found,
        "bars": bars(found),
        "next": found.gaps[:3],
        "tones": shown.TONES,
        "month": Month.of(today()),
    }
    return show(request, "care/block.html", context)
