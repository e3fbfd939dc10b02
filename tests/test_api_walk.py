"""Every address of the API, walked with the token of somebody who may see none of it. New addresses join by themselves."""

from __future__ import annotations

import datetime as dt
import io
import json

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from holdfast.doors.api.description import form_of, openapi, words_needed
from holdfast.foundation.accounts import services as accounts
from holdfast.foundation.accounts.rules import NEVER_BY_TOKEN, READING_WORDS, Permission
from holdfast.records.commerce import services as commerce
from holdfast.records.customers import services as customers
from holdfast.records.customers.models import Customer
from holdfast.records.feedback import services as feedback
from holdfast.records.timeline import services as timeline
from tests import stranger_world as others

FINE = {200, 201, 204, 207, 400, 403, 404, 409, 412, 422}
PREFIX = "/api/v1/"


def operations():
    return [
        pytest.param(path, method, operation, id=operation["operationId"])
        for path, methods in openapi()["paths"].items()
        for method, operation in methods.items()
    ]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    from django.conf import settings

    kept = settings.DATA, settings.API_PER_MINUTE
    settings.DATA, settings.API_PER_MINUTE = tmp_path_factory.mktemp("api"), 10**6
    travel = time_machine.travel("2026-11-22T09:00:00+08:00", tick=False)
    with django_db_blocker.unblock(), travel, transaction.atomic():
        made = others.make()
        made.contact = made.customer.contacts.get()
        made.need = customers.add_need(
            made.customer, kind="need", text="标记要求", said_on=dt.date(2026, 11, 1), by=made.holder
        )
        made.invoice = commerce.add_invoice(
            made.customer, number="ZZAPI-1", issued_on=dt.date(2026, 11, 1), due_on=dt.date(2026, 12, 1),
            amount_minor=50_000, note="标记备注", by=made.holder,
        )  # fmt: skip
        made.promise = commerce.add_promise(
            made.invoice, promised_on=dt.date(2026, 12, 2), amount_minor=100, by=made.holder
        )
        made.payment = commerce.add_payment(
            made.customer, received_on=dt.date(2026, 11, 2), amount_minor=700, note="标记备注", by=made.holder
        )
        made.document = timeline.add_document(
            made.customer, file=io.BytesIO("标记备注".encode()), name="标记备注.txt", folder="contract", by=made.holder
        )
        made.comment = feedback.add_comment(
            made.customer, said_at=made.customer.created_at, text="标记备注", by=made.holder
        )
        made.interaction = timeline.add_interaction(
            made.customer, channel="call", at=made.customer.created_at, summary="标记备注", by=made.holder
        )
        yield made
        transaction.set_rollback(True)
    settings.DATA, settings.API_PER_MINUTE = kept


# What stands in {pk}, by the first word of the address.
KEYS = {
    "customers": lambda world: world.customer, "contacts": lambda world: world.contact, "orders": lambda world: world.order,
    "products": lambda world: world.product, "tasks": lambda world: world.task, "saved-views": lambda world: world.view,
    "comments": lambda world: world.comment, "interactions": lambda world: world.interaction, "needs": lambda world: world.need,
    "invoices": lambda world: world.invoice, "payments": lambda world: world.payment, "documents": lambda world: world.document,
    "addresses": lambda world: world.related["address"], "relations": lambda world: world.related["relation"],
    "consents": lambda world: world.related["consent"], "duplicates": lambda world: world.related["pair"],
    "merges": lambda world: world.related["merge"], "gifts": lambda world: world.gift,
    "voice": lambda world: world.voiced,
}  # fmt: skip


def address(path, world):
    first = path.removeprefix(PREFIX).partition("/")[0]
    if "{pk}" in path and first not in KEYS:
        pytest.fail(f"{path} needs a sample for its key: add it to KEYS in tests/test_api_walk.py")
    return (
        path.replace("{pk}", str(KEYS[first](world).pk) if "{pk}" in path else "")
        .replace("{month}", others.MONTH)
        .replace("{number}", "1")
    )


class Form(dict):
    """What goes with a file."""


def caller(user):
    _token, secret = accounts.add_api_token(user, name="walk", words=user.words - NEVER_BY_TOKEN, by=user)
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})

    def ask(method, url, body=None):
        if isinstance(body, Form):
            return client.post(url, {**body, "file": io.BytesIO("抢".encode())})
        data = json.dumps(body, default=str) if body is not None else ""
        return client.generic(method.upper(), url, data, "application/json")

    return ask


def content(response):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8", "replace")


def questions(operation, world):
    """The plain list, and each of its parameters that may lead to the holder's customer."""
    names = {param["name"] for param in operation["parameters"] if param["in"] == "query"}
    asked = {
        "customer": world.customer.pk, "invoice": world.invoice.pk, "subject": f"customers.customer:{world.customer.pk}", "q": "隐形",
        "expand": {"list_customers": "contacts,standing", "get_customer": "contacts,standing"}.get(
            operation["operationId"], "lines"
        ),
        "owner": world.holder.pk, "assignee": world.holder.pk, "author": world.holder.pk,
        "updated_since": "2020-01-01T00:00:00Z", "since": "2020-01-01", "archived": "true", "state": "",
        "drop": world.related["other"].pk, "pending": "true", "missing": "true",
    }  # fmt: skip
    yield ""
    for name in sorted(names & asked.keys()):
        yield f"?{name}={asked[name]}"


def bodies(operation, world, user):
    """What a stranger would send: each documented shape filled with the holder's keys, alone and in bulk."""
    content = operation.get("requestBody", {}).get("content", {})
    if form := form_of(operation):
        return [Form(filled(form, world, user))]
    if not content:
        return [None]
    reference = content["application/json"]["schema"].get("$ref", "")
    shape = openapi()["components"]["schemas"][reference.rpartition("/")[2]]
    if "rows" in shape["properties"]:
        item = shape["properties"]["rows"]["items"]["$ref"].rpartition("/")[2]
        row = filled(openapi()["components"]["schemas"][item], world, user)
        return [{"rows": [row, row]}]
    whole = filled(shape, world, user)
    return [whole, {name: value for name, value in whole.items() if name in shape.get("required", [])}, {}]


VALUES = {
    "name": "改名", "code": "X-1", "number": "SO-1", "text": "抢", "title": "改", "summary": "改", "note": "抢", "what": "抢",
    "outcome": "抢", "reason": "抢", "kind": None, "page": "customers", "customer_code": "ZZMARK01", "quantity": "1",
    "price": "1", "issued_on": "2026-11-01", "due_on": "2026-12-01", "ordered_on": "2026-11-01", "on": "2026-11-01",
    "received_on": "2026-11-01", "at": "2026-11-01T08:00:00Z", "channel": "call", "amount_minor": 100, "said_on": "2026-11-01",
    "said_at": "2026-11-01T08:00:00Z", "tone": "neutral",
    "promised_on": "2026-12-01", "phone": "13812340000", "address": "抢", "item": "抢", "cost_minor": 100, "how": "抢",
    "purpose": "marketing", "is_given": True,
}  # fmt: skip


def filled(shape, world, user):
    keys = {
        "customer_id": world.customer.pk, "contact_id": world.contact.pk, "owner_id": user.pk, "assignee_id": user.pk,
        "order_id": world.order.pk, "invoice_id": world.invoice.pk, "returns_id": world.order.pk, "product_id": world.product.pk,
        "other_id": world.related["other"].pk, "drop_id": world.related["other"].pk,
    }  # fmt: skip
    row = {}
    for name, told in shape["properties"].items():
        if name in keys:
            row[name] = keys[name]
        elif "enum" in told:
            row[name] = told["enum"][0]
        elif name == "lines":
            row[name] = [{"text": "抢", "quantity": "1", "price": "1"}]
        elif VALUES.get(name) is not None:
            row[name] = VALUES[name]
    return row


CHILDREN = (
    "contacts", "orders", "tasks", "interactions", "entries", "needs", "invoices", "payments", "documents",
    "addresses", "relations", "consents", "gifts",
)  # fmt: skip


def state(world):
    """What the holder has, as the tables keep it."""
    fresh = Customer.objects.get(pk=world.customer.pk)
    counts = [getattr(fresh, name).count() for name in CHILDREN]
    return fresh.version, fresh.name, fresh.owner_id, fresh.archived_at, counts


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.shows("ARC-12", "SEC-01")
@pytest.mark.parametrize("who", ["sales", "every word"])
def test_a_strangers_token_finds_nothing_and_changes_nothing(world, who):
    stranger = world.strangers[who]
    ask, before = caller(stranger), state(world)

    for param in operations():
        path, method, operation = param.values
        url = address(path, world)
        lacks = set(words_needed()[operation["operationId"]]) - set(stranger.words)
        for question in questions(operation, world):
            for body in bodies(operation, world, stranger):
                response = ask(method, url + question, body)
                told = f"{response.headers}{content(response)}"
                found = [mark for mark in others.MARKS if mark in told]
                assert response.status_code in FINE, (
                    f"{method} {url}{question} {body}: {response.status_code} {told[:300]}"
                )
                assert not found, f"{method} {url}{question} tells a stranger {found}"
                assert not lacks or response.status_code == 403, f"{method} {url} lets in without {sorted(lacks)}"
                assert (
                    "{pk}" not in path
                    or path.startswith(f"{PREFIX}products")
                    or response.status_code in {403, 404, 422}
                )

    assert state(world) == before


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.shows("ARC-12", "SEC-01")
def test_a_token_without_the_word_sees_numbers_masked_everywhere(world):
    ask = caller(world.limited)

    for param in operations():
        path, method, operation = param.values
        url = address(path, world)
        for question in questions(operation, world):
            for body in bodies(operation, world, world.holder):  # an owner sees numbers whole, so none is given away
                with transaction.atomic():
                    response = ask(method, url + question, body)
                    transaction.set_rollback(True)
                told = content(response).lower()
                found = [number for number in others.NUMBERS if number in told]
                assert response.status_code < 500, f"{method} {url}{question}"
                assert not found, f"{method} {url}{question} shows {found}"


@pytest.mark.slow
@pytest.mark.django_db
def test_the_walk_would_notice_the_holders_own_token_sees_marks_and_numbers(world):
    ask, seen = caller(world.holder), ""

    for param in operations():
        path, method, operation = param.values
        if method == "get":
            for question in questions(operation, world):
                seen += content(ask(method, address(path, world) + question))

    found = {mark for mark in others.MARKS if mark in seen}
    assert {
        "隐形标记精密机械",
        "ZZMARK01",
        "标记要求",
        "标记联系人",
        "ZZORD-0001",
        "标记备注",
        "标记货物",
        "标记任务",
    } <= found
    assert {"标记标签", "标记视图"} <= found
    assert all(number in seen for number in ("13987654321", "zz-marker@example.com"))


def test_every_address_has_a_lock_a_word_and_documented_refusals():
    for param in operations():
        path, method, operation = param.values
        words = set(operation["x-words"])
        told = set(operation["responses"])

        assert operation["security"] == [{"Token": []}], path
        assert words, path
        assert words <= set(map(str, Permission)), path
        assert {"400", "401", "403", "429", "500", "503"} <= told, path
        assert "{" not in path or "404" in told, path
        assert method == "get" or words - set(map(str, READING_WORDS)), f"a reading token may {method} {path}"
        if "requestBody" in operation:
            assert {"413", "415", "422"} <= told, path
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/ErrorOut"}
