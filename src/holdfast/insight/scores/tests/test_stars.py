import datetime as dt

import pyarrow.parquet as pq
import pytest
import time_machine
from django.db import IntegrityError, transaction

from holdfast.common.refusals import Refusal
from holdfast.foundation.audit.models import Change
from holdfast.insight.scores import services
from holdfast.insight.scores.models import Override
from holdfast.insight.scores.tests.conftest import TODAY, buys
from holdfast.records.customers.models import Standing, StandingChange
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
NEW_YEAR = dt.date(2026, 12, 31)


def monthly(customer, amount, *, months=18, first=(2025, 3)):
    year, month = first
    days = [dt.date(year + (month - 1 + step) // 12, (month - 1 + step) % 12 + 1, 12) for step in range(months)]
    buys(customer, *days, amount=amount)


def row(run, customer):
    return next(one for one in pq.read_table(run.file).to_pylist() if one["customer_id"] == customer.pk)


@pytest.mark.slow
@pytest.mark.shows("TIE-12")
def test_a_promotion_waits_for_the_second_month(owner):
    """Forty customers of steadily rising size; one in their middle gets a large order in July, enough for 4 stars."""
    for place in range(1, 41):
        monthly(CustomerFactory(owner=owner), 100 * place)
    climber = CustomerFactory(owner=owner)
    monthly(climber, 2050)
    buys(climber, "2026-07-20", amount=10800)

    june, july, august = (row(services.score_month(month), climber) for month in ("2026-06", "2026-07", "2026-08"))

    assert june["stars_hint"] == 3
    assert 62.5 <= july["score_available"] < 67.5
    assert (july["stars_hint"], july["above"], july["moved"]) == (3, 1, 0)
    assert (august["stars_hint"], august["moved"]) == (4, 1)
    change = StandingChange.objects.filter(customer=climber, field="stars")
    assert not change.exists()  # hollow stars are no statistic and no change of standing
    assert Standing.objects.get(customer=climber).stars_hint == 4


@pytest.mark.slow
@pytest.mark.shows("TIE-05")
def test_stars_stay_hollow_while_only_revenue_and_profit_are_known(scored, shop):
    found = Standing.objects.get(customer=shop["steady"])

    assert found.stars is None
    assert found.is_provisional
    assert found.stars_hint in range(1, 6)
    assert found.coverage == pytest.approx(0.55)
    assert found.integrity_part is None
    newcomer = Standing.objects.get(customer=shop["newcomer"])
    assert (newcomer.stars, newcomer.stars_hint, newcomer.is_provisional) == (None, None, False)


@pytest.mark.slow
@pytest.mark.shows("TIE-12")
def test_a_star_set_by_hand_acts_when_another_approves_and_ends_by_itself(scored, shop, owner, manager):
    hint = Standing.objects.get(customer=shop["steady"]).stars_hint
    asked = services.request_override(shop["steady"], stars=5, reason="年框已签", expires_on=NEW_YEAR, by=owner)
    assert Standing.objects.get(customer=shop["steady"]).stars is None

    services.approve_override(asked, by=manager)

    standing = Standing.objects.get(customer=shop["steady"])
    assert (standing.stars, standing.is_overridden, standing.is_provisional) == (5, True, False)
    assert StandingChange.objects.get(customer=shop["steady"], field="stars").after == "5"
    assert row(scored["2026-11"], shop["steady"])["stars"] is None
    with time_machine.travel(TODAY + dt.timedelta(days=45), tick=False):
        services.score_month("2027-01")
    standing.refresh_from_db()
    assert (standing.stars, standing.is_overridden, standing.is_provisional) == (None, False, True)
    assert standing.stars_hint in (hint, hint - 1, hint + 1)


def test_nobody_approves_his_own_request_and_nobody_without_the_right(owner, manager, teammate):
    customer = CustomerFactory(owner=owner)
    asked = services.request_override(customer, stars=4, reason="样板客户", expires_on=NEW_YEAR, by=manager)

    with pytest.raises(Refusal, match="自己"):
        services.approve_override(asked, by=manager)
    with pytest.raises(Refusal, match="权限"):
        services.approve_override(asked, by=teammate)
    with pytest.raises(IntegrityError), transaction.atomic():
        Override.objects.filter(pk=asked.pk).update(approved_by=manager, approved_at=TODAY)


def test_a_request_is_answered_once_and_journalled(owner, manager, admin):
    customer = CustomerFactory(owner=owner)
    asked = services.request_override(customer, stars=2, reason="拖欠", expires_on=NEW_YEAR, by=owner)

    services.reject_override(asked, by=manager, answer="先对账")

    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("rejected", "先对账")
    with pytest.raises(Refusal, match="已有答复"):
        services.approve_override(asked, by=admin)
    verbs = Change.objects.filter(subject=f"customers.customer:{customer.pk}", model="scores.override")
    assert sorted(verbs.values_list("verb", flat=True)) == ["reject", "request"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"stars": 6}, "stars"),
        ({"reason": "  "}, "reason"),
        ({"expires_on": TODAY.date()}, "expires_on"),
        ({"expires_on": dt.date(2028, 1, 1)}, "expires_on"),
    ],
)
def test_a_request_that_makes_no_sense_says_where(owner, change, field):
    asked = {"stars": 4, "reason": "样板", "expires_on": NEW_YEAR, **change}

    with pytest.raises(Refusal) as refusal:
        services.request_override(CustomerFactory(owner=owner), **asked, by=owner)

    assert refusal.value.field == field


@pytest.mark.slow
def test_ending_an_override_brings_the_scored_star_back(scored, shop, owner, manager):
    asked = services.request_override(shop["steady"], stars=5, reason="年框", expires_on=NEW_YEAR, by=owner)
    services.approve_override(asked, by=manager)

    services.end_override(asked, by=manager)

    standing = Standing.objects.get(customer=shop["steady"])
    assert (standing.stars, standing.is_overridden) == (None, False)
    assert Override.objects.get(pk=asked.pk).state == "ended"
