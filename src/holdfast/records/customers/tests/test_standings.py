"""Scores published down."""

import datetime as dt
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from holdfast.records.customers import queries, services
from holdfast.records.customers.models import Standing, StandingChange
from holdfast.records.customers.services import standings
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
AS_OF = dt.date(2026, 11, 22)
FULL = {
    "stars": 4, "stars_hint": 5, "is_provisional": True, "score": 71.25, "coverage": 0.8, "revenue_part": 90, "profit_part": None,
    "explanation": {"weights": {"revenue": 0.3}}, "stage": "mature", "stage_since": dt.date(2026, 3, 1), "movement": "rising",
    "risk": "low", "reasons": [["overdue", {"days": 71, "usual": 36}]], "first_on": dt.date(2024, 2, 29),
    "last_on": dt.date(2026, 11, 1), "purchase_days": 9, "typical_gap_days": 31.5, "elapsed_days": 21, "p_gap": 0.4,
    "recent_days": ["2026-10-01", "2026-11-01"], "revenue_minor": 12_345, "revenue_12m_minor": 9_007_199_254_740_993,
    "profit_12m_minor": None, "orders_12m": 9, "at_stake_minor": 5_000, "revenue_class": "A", "rfm": "545",
}  # fmt: skip


def _set(*rows, month="2026-10", as_of=AS_OF):
    return services.set_standings(rows, month=month, as_of=as_of)


def test_every_value_arrives_as_it_was_given():
    customer = CustomerFactory()

    told = _set({"customer_id": customer.pk, **FULL})

    standing = Standing.objects.get()
    assert told == {"written": 1, "changes": 0}
    assert {name: getattr(standing, name) for name in FULL} == FULL
    assert (standing.month, standing.as_of) == ("2026-10", AS_OF)


@pytest.mark.shows("REP-01")
def test_twice_the_same_writes_nothing():
    rows = [{"customer_id": CustomerFactory().pk, **FULL} for _turn in range(3)]
    _set(*rows)

    assert _set(*rows) == {"written": 0, "changes": 0}


def test_only_rows_that_differ_are_written_and_their_changes_noted():
    same, other = CustomerFactory(), CustomerFactory()
    _set({"customer_id": same.pk, **FULL}, {"customer_id": other.pk, **FULL})
    declined = {
        **FULL,
        "customer_id": other.pk,
        "stars": 3,
        "movement": "declining",
        "risk": "high",
        "elapsed_days": 60,
    }

    told = _set({"customer_id": same.pk, **FULL}, declined)

    assert told == {"written": 1, "changes": 3}
    changes = StandingChange.objects.order_by("field").values_list(
        "customer", "field", "before", "after", "on", "month"
    )
    assert list(changes) == [
        (other.pk, "movement", "rising", "declining", AS_OF, "2026-10"),
        (other.pk, "risk", "low", "high", AS_OF, "2026-10"),
        (other.pk, "stars", "4", "3", AS_OF, "2026-10"),
    ]
    assert StandingChange.objects.first().reasons == FULL["reasons"]


def test_a_value_that_appears_or_goes_away_is_a_difference():
    customer = CustomerFactory()
    _set({"customer_id": customer.pk, **FULL, "stars": None})

    assert _set({"customer_id": customer.pk, **FULL}) == {"written": 1, "changes": 1}
    assert _set({"customer_id": customer.pk, **FULL, "last_on": None}) == {"written": 1, "changes": 0}


def test_what_is_not_named_gets_its_default_and_stays_so():
    customer = CustomerFactory()

    first = _set({"customer_id": customer.pk, "stars": 3})
    again = _set({"customer_id": customer.pk, "stars": 3})

    standing = Standing.objects.get()
    assert (standing.stage, standing.explanation, standing.recent_days, standing.orders_12m) == (
        "identified",
        {},
        [],
        0,
    )
    assert first == {"written": 1, "changes": 0}
    assert again == {"written": 0, "changes": 0}


def test_customers_that_are_gone_and_values_that_are_no_number_do_no_harm():
    customer = CustomerFactory()

    told = _set({"customer_id": 999_999, **FULL}, {"customer_id": customer.pk, **FULL, "score": float("nan")})

    assert told["written"] == 1
    assert Standing.objects.get().score is None


def test_a_month_of_thousands_takes_a_fixed_number_of_queries(django_assert_num_queries):
    rows = [{"customer_id": CustomerFactory().pk, **FULL} for _turn in range(12)]
    _set(*rows)

    with django_assert_num_queries(5):
        _set(*({**row, "stars": 5} for row in rows))


@pytest.mark.shows("REP-01")
def test_what_changed_since_yesterday_is_seen_by_those_who_see_the_customer(owner, stranger):
    yesterday = dt.datetime.now(tz=dt.UTC) - dt.timedelta(days=1)
    mine, others = CustomerFactory(owner=owner), CustomerFactory()
    for row in (FULL, {**FULL, "stars": 2}):
        _set({"customer_id": mine.pk, **row}, {"customer_id": others.pk, **row})

    assert [change.customer for change in queries.standing_changes_since(owner, yesterday)] == [mine]
    assert not queries.standing_changes_since(stranger, yesterday).exists()
    assert json.dumps([change.after for change in queries.standing_changes_since(owner, yesterday)]) == '["2"]'


def test_rows_of_which_no_index_changes_are_written_beside_those_of_which_one_does():
    rows = [{"customer_id": CustomerFactory().pk, **FULL} for _turn in range(4)]
    _set(*rows)
    older, dearer, sunk = {"elapsed_days": 22, "p_gap": 0.41}, {"at_stake_minor": 6_000}, {"stage": "declining"}
    new = [rows[0], *({**row, **other} for row, other in zip(rows[1:], (older, dearer, sunk), strict=True))]

    told = _set(*new)

    assert told == {"written": 3, "changes": 1}
    for row in new:
        assert {name: getattr(Standing.objects.get(pk=row["customer_id"]), name) for name in row} == row
    assert _set(*new) == {"written": 0, "changes": 0}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL sees for itself that no index changes")
def test_a_day_older_no_statement_names_a_column_of_an_index():
    row = {"customer_id": CustomerFactory().pk, **FULL}
    _set(row)

    with CaptureQueriesContext(connection) as queries:
        _set({**row, "elapsed_days": 22})

    (upsert,) = [each["sql"] for each in queries if "ON CONFLICT" in each["sql"]]
    assert [name for name in standings.INDEXED if f'"{name}" = excluded' in upsert] == []


def test_every_column_of_an_index_is_known_as_one():
    named = {field for index in Standing._meta.indexes for field in re.findall(r"[a-z_0-9]+", str(index.deconstruct()))}
    columns = {field.attname for field in Standing._meta.concrete_fields}

    assert named & columns == set(standings.INDEXED) | {"customer_id"} & named
