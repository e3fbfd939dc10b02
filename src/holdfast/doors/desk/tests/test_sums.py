"""What the workbench reads at a large company comes out as the plain way says."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from holdfast.doors.desk import queries
from holdfast.doors.desk.tests.situations import TODAY, risky
from holdfast.records.customers.models import Customer, StandingChange
from holdfast.records.customers.tests.factories import CustomerFactory, StandingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(owner):
    """Every risk and movement, someone without a standing, and archived customers with money at stake."""
    CustomerFactory(owner=owner)
    for number, (risk, movement) in enumerate((("high", "declining"), ("watch", "rising"), ("low", ""), ("", "lost"))):
        for is_gone in (False, False, True):
            customer = CustomerFactory(owner=owner)
            if is_gone:
                Customer.objects.filter(pk=customer.pk).update(archived_at=timezone.now())
            StandingFactory(
                customer=customer, risk=risk, movement=movement, at_stake_minor=100 + number, revenue_12m_minor=10**number,
                as_of=TODAY,
            )  # fmt: skip


def test_sums_of_the_whole_company_leave_out_the_archived_as_the_plain_way_does(company, admin):
    customers = queries.customers_of(admin, "team")

    plain = queries.standings(customers)
    fast = queries.standings(customers, everyone=True)

    assert fast == plain
    assert (fast.high, fast.watch, fast.high_minor) == (2, 2, 200)
    assert [(one.code, one.customers) for one in fast.movements] == [("rising", 2), ("declining", 2), ("lost", 2)]


def test_the_first_of_the_whole_company_are_those_of_the_plain_way(company, admin, owner):
    risky(owner, stake=99)
    customers = queries.customers_of(admin, "team")

    for limit in (1, 3, 9):
        plain = queries.at_risk(customers, limit)
        assert queries.at_risk(customers, limit, everyone=True) == plain
        assert len(plain) == min(limit, 5)


def test_only_who_sees_the_whole_company_gets_its_sums(admin, owner, manager):
    assert queries.sees_everyone(admin, "team")
    assert not queries.sees_everyone(admin, "mine")
    assert not queries.sees_everyone(owner, "mine")
    assert not queries.sees_everyone(manager, "team")


def test_changes_of_few_customers_are_looked_up_by_their_keys(owner, stranger):
    for one in (*(risky(owner) for _ in range(3)), risky(stranger)):
        StandingChange.objects.create(customer=one, on=TODAY, month="2026-11", field="stars", before="4", after="5")
    customers = queries.customers_of(owner, "mine")

    few = queries.recent_changes(customers, TODAY, 2, few=True)

    assert few == queries.recent_changes(customers, TODAY, 2)
    assert len(few) == 2


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan of SQLite")
def test_the_sums_are_read_from_indexes_alone(company, admin):
    with CaptureQueriesContext(connection) as asked:
        queries.standings(queries.customers_of(admin, "team"), everyone=True)

    sums = [
        query["sql"]
        for query in asked.captured_queries
        if 'FROM "customers_standing"' in query["sql"] and "GROUP BY" in query["sql"]
    ]
    assert len(sums) == 2
    for sql in sums:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + sql)
            assert "COVERING INDEX" in " ".join(row[3] for row in cursor.fetchall())
