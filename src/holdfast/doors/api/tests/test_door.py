"""What is common to every address: tokens, limits, languages, and one shape of every refusal."""

from __future__ import annotations

import json
import threading

import pytest
from django.db import connection
from django.test import Client

from holdfast.doors.api.rooms import PREFIX
from holdfast.doors.api.tests.callers import Caller
from holdfast.foundation.accounts import services as accounts
from holdfast.foundation.accounts.models import ApiAnswer
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.records.commerce.models import Product
from holdfast.records.customers import services as customers
from holdfast.records.customers.models import Customer
from holdfast.records.customers.tests.factories import CustomerFactory


def error(response):
    assert set(response.json()) == {"error"}
    assert set(response.json()["error"]) == {"code", "message", "field", "details"}
    return response.json()["error"]


@pytest.mark.shows("SEC-01")
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic abc", "Bearer hf_", "hf_abc"])
def test_without_a_good_token_there_is_no_way_in(db, header):
    response = Client().get(f"{PREFIX}customers", headers={"Authorization": header} if header else {})

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert error(response)["code"] in {"no_token", "bad_token"}


def test_a_session_alone_opens_nothing(owner, login):
    assert login(owner).get(f"{PREFIX}customers").status_code == 401


@pytest.mark.shows("SEC-01")
def test_an_account_switched_off_ends_its_tokens(caller, owner):
    type(owner).objects.filter(pk=owner.pk).update(is_active=False)

    assert caller.get("customers").status_code == 401


def test_a_role_taken_away_narrows_tokens_made_before(caller, owner):
    owner.roles.clear()

    assert caller.get("customers").status_code == 403


@pytest.mark.shows("SEC-01")
def test_a_reading_token_of_a_writing_person_cannot_write(owner):
    caller = Caller(owner, words=["customer_view"])

    response = caller.post("customers", {"name": "宁波海川贸易有限公司"})

    assert response.status_code == 403
    assert "customer_edit" in error(response)["message"]
    assert not Customer.objects.exists()


@pytest.mark.parametrize(("language", "said"), [("en", "such query parameter"), ("zh-CN,zh;q=0.9", "查询参数")])
def test_refusals_speak_the_language_that_was_asked_for(caller, language, said):
    response = caller.get("customers?colour=red", Accept_Language=language)

    assert response.status_code == 400
    assert said in error(response)["message"] or "no query parameter" in error(response)["message"]
    assert response["Content-Language"] == ("en" if language == "en" else "zh-hans")


def test_an_unknown_parameter_is_refused_and_the_known_ones_named(caller):
    told = error(caller.get("products?colour=red"))

    assert told["code"] == "unknown_parameter"
    assert told["field"] == "colour"
    assert "active, category, cursor, fields, limit, q, updated_since" in told["message"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=0", 422), ("limit=501", 422), ("limit=ten", 422), ("cursor=abc", 400), ("sort=colour", 422),
        ("stage=never", 422), ("fields=name,colour", 422), ("expand=orders", 422), ("updated_since=yesterday", 422),
        ("updated_since=2026-01-01T00:00:00Z&sort=name", 422), ("q=%00", 422), ("revenue_min=NaN", 422),
        ("limit=99999999999999999999999", 422),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused_on_its_parameter(caller, query, status):
    response = caller.get(f"customers?{query}")

    assert response.status_code == status
    assert error(response)["field"] in query


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "bad_json"), ("", 415, "bad_type"), (" ", 400, "bad_json"),
        ('{"name": NaN}', 400, "bad_json"), ("[" * 100_000, 400, "bad_json"),
        ('{"name": "a\\u0000b"}', 422, "bad_text"), ('{"name": "\\ud800"}', 422, "bad_text"),
        ('{"name": 123456789012345678901234567890}', 422, "bad_number"), ("[]", 422, "invalid"), ('{"name": 5}', 422, "invalid"),
        ('{"name": ""}', 422, "invalid"), ('{"nmae": "明达"}', 422, "invalid"), ('{"name": "明达", "owner_id": 10}', 403, "no_right"),
        ('{"name": "明达", "uscc": "123"}', 422, "refused"), ('{"name": "明达", "email": "nobody"}', 422, "refused"),
    ],
)  # fmt: skip
def test_a_body_that_cannot_stand_is_refused_and_nothing_is_written(caller, body, status, code):
    response = caller.post("customers", body)

    assert response.status_code == status
    assert error(response)["code"] == code
    assert not Customer.objects.exists()


def test_each_field_that_does_not_fit_is_told(caller):
    told = error(caller.post("customers", {"nmae": "明达", "kind": "club", "first_seen_on": "soon"}))

    assert {detail["field"]: detail["code"] for detail in told["details"]} == {
        "name": "missing",
        "nmae": "extra_forbidden",
        "kind": "literal_error",
        "first_seen_on": "date_from_datetime_parsing",
    }
    assert told["message"].startswith(f"{told['field']}: ")


def test_a_body_of_another_kind_is_refused(caller):
    response = caller.client.post(f"{PREFIX}customers", {"name": "明达"}, headers=caller.headers)

    assert response.status_code == 415


def test_a_body_that_is_too_large_is_refused_before_it_is_read(caller, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20

    response = caller.post("customers", json.dumps({"name": "明" * 2**20}))

    assert response.status_code == 413
    assert "1 MB" in error(response)["message"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("nowhere", 404), ("customers/x", 404), ("", 404), ("products/%16z%0A%C2%A8", 404), ("customers/0", 404)],
)
def test_an_address_that_is_not_there_is_told_in_the_same_shape(caller, path, status):
    response = caller.get(path)

    assert response.status_code == status
    assert error(response)["code"] in {"no_address", "not_found"}


def test_a_method_that_an_address_does_not_answer_names_those_it_does(caller):
    response = caller.delete("customers")

    assert response.status_code == 405
    assert "GET, POST" in error(response)["message"]


def test_beyond_the_limit_a_program_is_told_when_to_go_on(caller, settings):
    settings.API_PER_MINUTE = 2

    answers = [caller.get("tags") for _n in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert error(answers[-1])["code"] == "too_many"


def test_one_programs_limit_is_not_anothers(caller, owner, settings):
    settings.API_PER_MINUTE = 1
    caller.get("tags")

    assert Caller(owner).get("tags").status_code == 200


def test_what_breaks_inside_is_told_by_a_reference_never_by_a_trace(caller, monkeypatch, caplog):
    def breaks(*args, **kwargs):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("holdfast.records.customers.api.tags.visible_tags", breaks)

    response = caller.get("tags")

    assert response.status_code == 500
    assert "secret detail" not in response.content.decode()
    reference = error(response)["message"].split()[-1].rstrip(".")
    assert reference in caplog.text
    assert "secret detail" in caplog.text


def test_answers_are_never_kept_by_a_cache_in_between(caller):
    response = caller.get("tags")

    assert response["Cache-Control"] == "no-store"
    assert "Authorization" in response["Vary"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_last_use_of_a_token_is_noted(caller, owner):
    caller.get("tags")

    token = owner.api_tokens.get()
    assert token.last_used_at is not None
    assert token.last_used_ip == "127.0.0.1"


def test_the_first_request_says_who_one_is(caller, owner):
    row = caller.get("me").json()

    assert row["login"] == owner.login
    assert row["scope"] == "own"
    assert "see_profit" not in row["words"]


# --- asked twice ---
def test_the_same_key_writes_once_and_is_answered_the_same(caller):
    body = {"name": "宁波海川贸易有限公司"}

    first = caller.post("customers", body, Idempotency_Key="order-77")
    second = caller.post("customers", body, Idempotency_Key="order-77")

    assert Customer.objects.count() == 1
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert first["Location"] == second["Location"]
    assert first["ETag"] == second["ETag"]
    assert second["Idempotency-Replayed"] == "true"


def test_the_same_key_with_another_body_is_refused(caller):
    caller.post("customers", {"name": "宁波海川贸易有限公司"}, Idempotency_Key="order-77")

    response = caller.post("customers", {"name": "别的公司"}, Idempotency_Key="order-77")

    assert response.status_code == 422
    assert error(response)["code"] == "key_reused"
    assert Customer.objects.count() == 1


def test_a_refusal_is_kept_under_its_key_too(caller):
    answers = [caller.post("customers", {"name": ""}, Idempotency_Key="k") for _n in range(2)]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[1]["Idempotency-Replayed"] == "true"


def test_what_broke_is_not_kept_so_that_it_can_be_tried_again(caller, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("holdfast.records.customers.services.add_customer", None)
        first = caller.post("customers", {"name": "宁波海川贸易有限公司"}, Idempotency_Key="k")

    second = caller.post("customers", {"name": "宁波海川贸易有限公司"}, Idempotency_Key="k")

    assert (first.status_code, second.status_code) == (500, 201)
    assert Customer.objects.count() == 1


def test_one_programs_key_is_not_anothers(caller, owner):
    caller.post("customers", {"name": "甲"}, Idempotency_Key="k")
    Caller(owner).post("customers", {"name": "乙"}, Idempotency_Key="k")

    assert Customer.objects.count() == 2


@pytest.mark.parametrize("key", ["", "x" * 101, "a b"])
def test_a_key_that_is_none_is_refused(caller, key):
    assert caller.post("customers", {"name": "甲"}, Idempotency_Key=key).status_code == 422


# --- at the same time ---
def test_a_row_changed_meanwhile_is_left_alone(caller, owner):
    mine = CustomerFactory(owner=owner)
    tag = caller.get(f"customers/{mine.pk}")["ETag"]
    caller.patch(f"customers/{mine.pk}", {"city": "杭州"})

    late = caller.patch(f"customers/{mine.pk}", {"city": "苏州"}, If_Match=tag)
    by_version = caller.patch(f"customers/{mine.pk}", {"city": "苏州", "version": 1})

    assert (late.status_code, by_version.status_code) == (412, 409)
    assert error(late)["code"] == error(by_version)["code"] == "changed_meanwhile"
    assert Customer.objects.get(pk=mine.pk).city == "杭州"


def test_with_the_newest_version_a_change_goes_through(caller, owner):
    mine = CustomerFactory(owner=owner)

    response = caller.patch(
        f"customers/{mine.pk}", {"city": "苏州"}, If_Match=caller.get(f"customers/{mine.pk}")["ETag"]
    )

    assert response.status_code == 200
    assert response["ETag"] == '"2"'


def test_rows_without_a_count_of_changes_are_guarded_by_their_moment(admin):
    caller = Caller(admin)
    made = caller.post("products", {"code": "P-1", "name": "滤芯"})
    path = f"products/{Product.objects.get().pk}"
    caller.patch(path, {"name": "滤芯二"})

    assert caller.patch(path, {"name": "滤芯三"}, If_Match=made["ETag"]).status_code == 412
    assert Product.objects.get().name == "滤芯二"


def test_a_token_acts_in_the_journal_as_its_person(caller, owner):
    from holdfast.foundation.audit.models import Change

    caller.post("customers", {"name": "宁波海川贸易有限公司"})

    assert Change.objects.get(model="customers.customer").actor == owner


def test_making_a_token_twice_gives_two_that_differ(owner):
    made = {accounts.add_api_token(owner, name="x", words=["customer_view"], by=owner)[1] for _n in range(2)}

    assert len(made) == 2


@pytest.mark.slow
@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite lets one writer in at a time; PostgreSQL needs the key"
)
@pytest.mark.django_db(transaction=True)
def test_two_at_once_under_one_key_write_once():
    caller = Caller(UserFactory(role="admin"))
    caller.get("tags")  # the API is made before the clock runs
    start, answers = threading.Barrier(4), []

    def ask():
        try:
            start.wait()
            answers.append(caller.post("customers", {"name": "宁波海川贸易有限公司"}, Idempotency_Key="k"))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.content for answer in answers}) == 1
    assert Customer.objects.count() == 1


def test_an_erasure_reaches_the_answers_kept_for_programs(caller, admin):
    made = caller.post("customers", {"name": "宁波海川贸易有限公司", "phone": "13812341234"}, Idempotency_Key="k")

    customers.erase_customer(Customer.objects.get(pk=made.json()["id"]), by=admin)

    kept = ApiAnswer.objects.get()
    assert "海川" not in kept.body
    assert "13812341234" not in kept.body
