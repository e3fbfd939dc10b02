"""The API walked by its own OpenAPI document: thousands of odd requests, none of which may break it."""

from __future__ import annotations

import copy
import json

import pytest
import schemathesis
import time_machine
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from holdfast.doors.api.description import openapi
from holdfast.foundation.accounts import services as accounts
from holdfast.foundation.accounts.rules import NEVER_BY_TOKEN
from tests import stranger_world as others

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
EXAMPLES = 6
TAGS = [
    "accounts",
    "customers",
    "timeline",
    "commerce",
    "feedback",
    "scores",
    "outlook",
    "voice",
    "care",
    "notices",
    "audit",
    "events",
]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    from django.conf import settings as house

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # as Django's own test client does: we are inside a transaction
    kept = house.DATA, house.API_PER_MINUTE
    house.DATA, house.API_PER_MINUTE = tmp_path_factory.mktemp("fuzz"), 10**6
    with (
        django_db_blocker.unblock(),
        time_machine.travel("2026-11-22T09:00:00+08:00", tick=False),
        transaction.atomic(),
    ):
        yield others.make()
        transaction.set_rollback(True)
    house.DATA, house.API_PER_MINUTE = kept
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_the_document_is_valid_openapi_3_1():
    document = copy.deepcopy(openapi())

    schemathesis.openapi.from_dict(document).validate()

    assert document["openapi"] == "3.1.0"
    assert json.dumps(document)


def test_every_room_of_the_document_is_walked():
    tags = {tag for path in openapi()["paths"].values() for one in path.values() for tag in one["tags"]}

    assert tags == set(TAGS)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("tag", TAGS)
def test_odd_requests_are_answered_as_documented(world, tag, mode):
    words = sorted(world.holder.words - NEVER_BY_TOKEN)
    _token, secret = accounts.add_api_token(world.holder, name="fuzz", words=words, by=world.holder)
    headers = {"Authorization": f"Bearer {secret}"}
    schema = schemathesis.openapi.from_dict(copy.deepcopy(openapi())).include(tag=tag)
    schema.app = get_wsgi_application()

    for found in schema.get_all_operations():
        walk(found.ok(), mode, headers)


def walk(operation, mode, headers):
    @seed(20261122)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case):
        with transaction.atomic():
            case.call_and_validate(headers=headers, checks=CHECKS)
            transaction.set_rollback(True)

    ask()
