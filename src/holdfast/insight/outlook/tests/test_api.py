"""What programs read of what lies ahead: own customers alone, the same figures as the pages."""

from __future__ import annotations

import pytest
from django.test import Client

from holdfast.foundation.accounts import services as accounts
from holdfast.foundation.accounts.rules import NEVER_BY_TOKEN
from holdfast.insight.outlook.models import LateChance
from holdfast.insight.outlook.queries import demand

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def read(user, path):
    _token, secret = accounts.add_api_token(user, name="test", words=user.words - NEVER_BY_TOKEN, by=user)
    return Client(headers={"Authorization": f"Bearer {secret}"}).get(f"/api/v1/{path}")


@pytest.mark.shows("CRE-02", "OWN-07")
def test_the_chances_are_those_of_own_invoices_and_page_by_page_complete(debtors, look, owner):
    look()

    rows, path = [], "late-chances?limit=9"
    while path:
        page = read(owner, path).json()
        rows += page["data"]
        path = f"late-chances?limit=9&cursor={page['next']}" if page["next"] else ""

    mine = LateChance.objects.visible_to(owner)
    assert sorted(row["id"] for row in rows) == sorted(mine.values_list("pk", flat=True))
    assert {row["customer_id"] for row in rows} == {debtors["prompt"].pk, debtors["slow"].pk}
    assert all(0 <= row["p_late"] <= 1 and row["late_days"] >= 0 for row in rows)


def test_the_list_is_narrowed_by_customer_open_and_high(debtors, look, owner):
    look()

    rows = read(owner, f"late-chances?customer={debtors['slow'].pk}&open=true&high=true").json()["data"]

    assert rows
    assert all(row["open_minor"] > 0 and row["p_late"] >= 0.5 for row in rows)


@pytest.mark.shows("CHU-10", "OWN-07")
def test_demand_is_the_sum_of_the_readers_customers(buyers, look, owner, admin):
    made = look()

    mine, all_ = read(admin, "demand").json(), demand.whole(admin, made)

    assert sum(month["expected_minor"] for month in mine["months"]) == all_.total_minor
    assert mine["method"] == made.demand["method"]
    assert read(owner, f"customers/{buyers['steady'].pk}/demand").json()["next_on"] > "2026-11-22"
    assert read(owner, f"customers/{buyers['other'].pk}/demand").status_code == 404


def test_without_an_outlook_there_is_nothing_to_read(admin):
    assert read(admin, "demand").status_code == 404
    assert read(admin, "late-chances").json() == {"data": [], "next": None}
