"""The list, and the small pages that shape it: filters, columns, saved views."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts import queries as accounts
from holdfast.foundation.accounts import services as accounts_services
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import SCOPE_NAMES, Permission
from holdfast.records.customers.forms import ViewForm
from holdfast.records.customers.queries import listing
from holdfast.records.customers.queries.listing.columns import all_columns
from holdfast.records.customers.queries.listing.filters import days_for, spans_for, typed_for, visible_tags

COUNTS_KEPT = 60  # seconds
# What a saved view keeps is everything but the page and the view's own name.
PASSING = ("after", "before", "view")


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def customer_list(request: StaffRequest) -> HttpResponse:
    tidy = tidied(request.GET)
    if tidy != request.GET.urlencode():
        return redirect(f"{request.path}?{tidy}" if tidy else request.path)
    page = listing.customer_list(request.user, request.GET)
    tabs = listing.tabs_for(request.user, request.GET)
    context = {
        "page": page,
        "tabs": tabs,
        "sorts": listing.sorts_for(request.user),
        "scope": SCOPE_NAMES[request.user.scope],
        "query": kept_query(request.GET),
        "nothing_at_all": not page.rows and not page.filters.is_narrowed and not request.GET.get("after"),
        "may": _rights(request),
    }
    return show(request, "customers/list.html", context)


@needs(Permission.CUSTOMER_VIEW)
@require_safe
@cache_control(private=True, max_age=COUNTS_KEPT)
def counts(request: StaffRequest) -> HttpResponse:
    """How many customers stand behind each tab; asked after the list stands, and kept by the browser for a minute."""
    response = render(request, "customers/_counts.html", {"counts": listing.tab_counts(request.user)})
    response.headers["Vary"] = "Cookie, Accept-Language"
    return response


def _rights(request: StaffRequest) -> dict[str, bool]:
    words = ("CUSTOMER_EDIT", "CUSTOMER_ASSIGN", "CUSTOMER_EXPORT", "IMPORT")
    return {word.removeprefix("CUSTOMER_").lower(): request.user.may(Permission[word]) for word in words}


def tidied(params: QueryDict) -> str:
    """The address in its one spelling: no empty values, chosen columns as one parameter, nothing said twice."""
    tidy = QueryDict(mutable=True)
    for name, values in params.lists():
        kept = list(dict.fromkeys(value for value in values if value.strip()))
        if name == "col":
            tidy["cols"] = ",".join(kept)
        elif kept:
            tidy.setlist(name, kept)
    return params.urlencode() if sorted(tidy.lists()) == sorted(params.lists()) else tidy.urlencode()


def kept_query(params: QueryDict) -> str:
    kept = params.copy()
    for name in PASSING:
        kept.pop(name, None)
    return kept.urlencode()


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def filters(request: StaffRequest) -> HttpResponse:
    """Every filter this person may use, as it stands in the address."""
    values = listing.read_filters(request.user, request.GET).values
    groups = [(each, _options(each, request, values)) for each in listing.choices_for(request.user)]
    ranges: list[Any] = [*spans_for(request.user), *days_for(request.user)]
    ends = {each.name: [(values.get(f"{each.name}_{end}") or [""])[0] for end in ENDS] for each in ranges}
    typed = [(each, " ".join(values.get(each.name, []))) for each in typed_for(request.user)]
    asked = {*values, "after", "before", *(each.name for each, _pairs in groups), *(each.name for each, _text in typed)}
    asked |= {f"{each.name}_{end}" for each in ranges for end in ENDS}
    context = {
        "boxes": [(each, pairs) for each, pairs in groups if _in_boxes(each, pairs)],
        "selects": [(each, pairs) for each, pairs in groups if pairs and not _in_boxes(each, pairs)],
        "spans": [(span, *ends[span.name]) for span in spans_for(request.user)],
        "days": [(days, *ends[days.name]) for days in days_for(request.user)],
        "typed": typed,
        "text": (values.get("q") or [""])[0],
        "is_archived": "archived" in values,
        "hidden": [(name, value) for name, some in request.GET.lists() if name not in asked for value in some],
    }
    return show(request, "customers/filters.html", context)


ENDS = ("min", "max")
MOST_BOXES = 9
BOXES = ("stars", "stage", "movement", "risk", "class", "kind", "channel", "provisional", "record")


def _in_boxes(each: listing.Choices, pairs: list[tuple[str, str, bool]]) -> bool:
    return each.name in BOXES or (each.name.startswith("custom_") and len(pairs) <= MOST_BOXES)


def _options(each: listing.Choices, request: StaffRequest, values: dict[str, list[str]]) -> list[tuple[str, str, bool]]:
    chosen = values.get(each.name, [])
    return [(code, word, code in chosen) for code, word in each.pairs(request.user)]


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def columns(request: StaffRequest) -> HttpResponse:
    chosen = {column.name for column in listing.columns_for(request.user, (request.GET.get("cols") or "").split(","))}
    every = [(column, column.name in chosen) for column in all_columns(request.user)]
    hidden = [(name, value) for name, some in request.GET.lists() if name not in ("cols", "col") for value in some]
    return show(request, "customers/columns.html", {"columns": every, "hidden": hidden})


@needs(Permission.CUSTOMER_VIEW)
@require_http_methods(["GET", "POST"])
def saved_views(request: StaffRequest) -> HttpResponse:
    """Keep the list as it stands under a name; one's own views with their way out."""
    query = kept_query(request.GET)
    form = ViewForm(request.POST or None, viewer=request.user, initial={"query": query})
    if form.is_valid():
        with refusals_on(form):
            view = _save(request, form.cleaned_data)
            return go(request, f"{reverse('customers:list')}?{_with_view(view.query, view.pk)}")
    own = [view for view in accounts.saved_views(request.user, "customers") if view.owner_id == request.user.pk]
    return show(request, "customers/views.html", {"form": form, "own": own}, status=422 if form.errors else 200)


def _save(request: StaffRequest, values: dict[str, Any]) -> Any:
    query = kept_query(QueryDict(values["query"]))
    return accounts_services.save_view(
        "customers", values["name"], query, shared=values.get("shared", False), by=request.user
    )


def _with_view(query: str, pk: int) -> str:
    return f"{query}&view={pk}" if query else f"view={pk}"


@needs(Permission.CUSTOMER_VIEW)
@require_POST
def remove_view(request: StaffRequest, pk: int) -> HttpResponse:
    own = [view.pk for view in accounts.saved_views(request.user, "customers") if view.owner_id == request.user.pk]
    view = get_object_or_404(accounts.saved_views(request.user, "customers"), pk__in=own, pk=pk)
    accounts_services.remove_view(view, by=request.user)
    return go(request, "customers:list")


def known_tags(viewer: User) -> list[str]:
    return list(visible_tags(viewer).values_list("name", flat=True)[:300])


__all__ = ["columns", "counts", "customer_list", "filters", "known_tags", "remove_view", "saved_views"]
