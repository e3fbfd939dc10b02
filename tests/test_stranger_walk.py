"""Every address of the product, walked with the login of somebody who may see none of it. New addresses join by themselves."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from python_calamine import CalamineWorkbook

from holdfast.foundation.audit.models import Export
from tests import stranger_world as others

FINE = {200, 204, 302, 400, 401, 403, 404, 405, 422}
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TAKEN = (SPREADSHEET, "text/csv", "application/pdf", "application/zip")
# Files without anybody in them.
EMPTY_FILES = {"intake:template"}
TODAY = "2026-11-22T09:00:00+08:00"


def routes(patterns=None, room="") -> Iterator[tuple[str, URLPattern]]:
    """(room:page, pattern) of the whole URL map."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, pattern.namespace or room)
        else:
            yield f"{room}:{pattern.name}", pattern


ROUTES = dict(routes())


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """One world for the whole walk; each request's writing is taken back after it, all of it at the end."""
    from django.conf import settings

    kept, settings.DATA = settings.DATA, tmp_path_factory.mktemp("walk")
    with django_db_blocker.unblock(), time_machine.travel(TODAY, tick=False), transaction.atomic():
        yield others.make()
        transaction.set_rollback(True)
    settings.DATA = kept


def address(name: str, pattern: URLPattern, world) -> str:
    room = name.partition(":")[0]
    filled = {}
    for param in pattern.pattern.converters:
        sample = others.SAMPLES.get(f"{name}.{param}") or others.SAMPLES.get(f"{room}.{param}")
        if sample is None:
            pytest.fail(f"{name} needs a sample for <{param}>: add it to SAMPLES in tests/stranger_world.py")
        filled[param] = sample(world)
    return reverse(name, kwargs=filled)


def fill(text: str, world, stranger) -> str:
    person = world.customer.contacts.values_list("pk", flat=True).first()
    return text.format(customer=world.customer.pk, holder=world.holder.pk, stranger=stranger.pk, person=person)


def everything(response) -> str:
    """Body, headers and, of a workbook, every cell."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    if response.headers.get("Content-Type", "").startswith(SPREADSHEET):
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        cells = [
            str(cell) for sheet in book.sheet_names for row in book.get_sheet_by_name(sheet).to_python() for cell in row
        ]
        return headers + "\n".join([*book.sheet_names, *cells])
    return headers + body.decode("utf-8", "replace")


def answers(client: Client, name: str, url: str, world, stranger):
    """Each way in which a page can be asked."""
    asked = ["", *(fill(query, world, stranger) for query in others.QUERIES.get(name, []))]
    for query in asked:
        full = f"{url}?{query}" if query else url
        yield f"GET {full}", client.get(full)
        yield f"GET {full} as a fragment", client.get(full, headers={"HX-Request": "true", "X-Panel": "1"})
    for extra in others.FORMS.get(name, [{}]):
        form = {key: fill(value, world, stranger) for key, value in (others.FORM | extra).items()}
        yield f"POST {url} {extra}", client.post(url, form)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.shows("ARC-12", "OWN-07")
@pytest.mark.parametrize("who", ["sales", "every word"])
@pytest.mark.parametrize("name", ROUTES)
def test_a_stranger_walks_every_address_and_finds_nothing(world, name, who):
    stranger, pattern = world.strangers[who], ROUTES[name]
    client = Client(raise_request_exception=False)
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    url = address(name, pattern, world)
    lacks = set(getattr(pattern.callback, "needed_words", ())) - set(stranger.words)

    for asked, response in answers(client, name, url, world, stranger):
        assert response.status_code in FINE, f"{asked} answered {response.status_code}"
        told = everything(response)
        found = [mark for mark in others.MARKS if mark in told]
        assert not found, f"{asked} ({response.status_code}) tells a stranger {found}"
        assert not lacks or response.status_code in {403, 404, 405}, f"{asked} lets in without {sorted(lacks)}"


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.shows("ARC-12", "SEC-01")
@pytest.mark.parametrize("name", ROUTES)
def test_who_sees_masks_walks_every_address_and_finds_no_number(world, name):
    """Somebody who may do everything but see numbers whole: pages, fragments, titles, workbooks, refusals."""
    viewer, pattern = world.limited, ROUTES[name]
    client = Client(raise_request_exception=False)
    client.force_login(viewer, backend="django.contrib.auth.backends.ModelBackend")
    url = address(name, pattern, world)

    taken = Export.objects.count()
    for asked, response in answers(client, name, url, world, viewer):
        assert response.status_code in FINE | {429}, f"{asked} answered {response.status_code}"
        if name == "customers:reveal" and asked.startswith("POST") and response.status_code == 200:
            continue  # the one way there is: for a reason, counted and journalled
        told = everything(response)
        found = [number for number in others.NUMBERS if number in told.lower() and number not in asked]
        assert not found, f"{asked} ({response.status_code}) shows who sees masks {found}"
        if response.headers.get("Content-Type", "").startswith(TAKEN) and name not in EMPTY_FILES:
            assert Export.objects.count() > taken, f"{asked} gives a file away that no register knows"
        taken = Export.objects.count()


@pytest.mark.slow
@pytest.mark.django_db
def test_the_walk_of_masks_would_notice_the_holder_sees_the_numbers(world):
    client = Client()
    client.force_login(world.holder, backend="django.contrib.auth.backends.ModelBackend")

    seen = "".join(
        everything(client.get(url)) if method == "get" else everything(client.post(url, {"format": "xlsx"}))
        for method, url in (
            ("get", reverse("desk:customer", args=[world.customer.pk])),
            ("get", reverse("customers:edit", args=[world.customer.pk])),
            ("post", reverse("customers:export")),
        )
    )

    assert {"13987654321", "zz-marker@example.com", "zzmarker_wechat"} <= {n for n in others.NUMBERS if n in seen}


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(ROUTES) - others.PUBLIC))
def test_without_a_login_every_address_leads_to_it(world, name):
    url = address(name, ROUTES[name], world)

    answers = [Client().get(url), Client().post(url)]

    for response in answers:
        assert response.status_code in {302, 405}
        assert response.status_code == 405 or response["Location"].startswith(reverse("accounts:login"))


@pytest.mark.slow
@pytest.mark.django_db
def test_the_walk_would_notice_the_holder_sees_the_marks(world):
    client = Client()
    client.force_login(world.holder, backend="django.contrib.auth.backends.ModelBackend")

    seen = "".join(
        everything(client.get(url))
        for url in (
            reverse("desk:customer", args=[world.customer.pk]),
            reverse("customers:list"),
            reverse("customers:edit", args=[world.customer.pk]),
            reverse("commerce:order", args=[world.order.pk]),
            reverse("timeline:tasks"),
            reverse("intake:list"),
            reverse("reports:report", args=[others.MONTH]),
            reverse("scores:overrides"),
        )
    )

    assert {
        "隐形标记精密机械",
        "ZZMARK01",
        "标记要求",
        "ZZORD-0001",
        "标记任务",
        "ZZIMPORT",
        "标记行动",
        "标记理由",
    } <= {mark for mark in others.MARKS if mark in seen}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["accounts:login", "desk:workbench", "customers:list"])
def test_every_page_carries_the_security_headers(world, name):
    client = Client()
    if name not in others.PUBLIC:
        client.force_login(world.holder, backend="django.contrib.auth.backends.ModelBackend")

    headers = client.get(reverse(name)).headers

    policy = headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
