import datetime as dt
import os

import pyarrow.parquet as pq
import pytest
import time_machine
from django.urls import reverse

from holdfast.common.refusals import Refusal
from holdfast.foundation.jobs import services as jobs
from holdfast.insight.scores import queries, services
from holdfast.insight.scores.models import Reference, Run
from holdfast.insight.scores.tests.conftest import TODAY, buys, every
from holdfast.records.commerce import services as commerce
from holdfast.records.customers.models import Standing, StandingChange
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


def row(run, customer):
    return next(one for one in pq.read_table(run.file).to_pylist() if one["customer_id"] == customer.pk)


@pytest.mark.slow
def test_a_month_becomes_one_file_and_the_newest_one_is_published(scored, shop):
    october, november = scored["2026-10"], scored["2026-11"]

    assert (october.state, october.as_of) == ("closed", dt.date(2026, 10, 31))
    assert (november.state, november.as_of) == ("open", TODAY.date())
    assert row(october, shop["newcomer"])["movement"] == "new"
    assert row(october, shop["skipper"])["movement"] == "lost"
    assert row(october, shop["skipper"])["due"] == "not_due"
    standing = Standing.objects.get(customer=shop["steady"])
    assert (standing.month, standing.last_on, standing.purchase_days) == ("2026-11", dt.date(2026, 10, 2), 22)
    assert standing.recent_days[-1] == "2026-10-02"
    assert standing.revenue_12m_minor == row(november, shop["steady"])["revenue_12m_minor"]


@pytest.mark.slow
@pytest.mark.slow
@pytest.mark.shows("CHU-07")
def test_a_month_says_what_its_forecast_rests_on_and_how_far_it_may_lie_off(scored):
    run = scored["2026-11"]

    told, table = run.summary["forecast"], pq.read_table(run.file)

    assert told["model"] in told["together"]
    assert set(told) >= {"tested_days", "beats_recency", "p10_p90_held", "year_value"}
    bought = [one for one in table.to_pylist() if one["p_alive"] is not None]
    assert bought
    for one in bought:
        assert one["purchases_p10"] <= one["purchases_p90"]
        assert one["value_12m_p10_minor"] <= one["value_12m_p90_minor"]


def test_scoring_twice_changes_nothing(scored):
    before = list(Standing.objects.order_by("pk").values())
    changes = StandingChange.objects.count()

    again = services.score_month("2026-11")

    assert again.sha256 == scored["2026-11"].sha256
    assert services.publish(again) == {"written": 0, "changes": 0}
    assert list(Standing.objects.order_by("pk").values()) == before
    assert StandingChange.objects.count() == changes


@pytest.mark.slow
def test_an_open_month_is_replaced_and_only_differing_standings_are_written(
    scored, shop, own_files, django_capture_on_commit_callbacks
):
    buys(shop["steady"], "2026-11-20")
    an_hour_ago = TODAY.timestamp() - 3600
    os.utime(scored["2026-11"].file, (an_hour_ago, an_hour_ago))

    with django_capture_on_commit_callbacks(execute=True):
        again = services.score_month("2026-11")

    assert again.sha256 != scored["2026-11"].sha256
    assert [path.name for path in (own_files / "scores").glob("2026-11-*")] == [again.file.name]
    assert Standing.objects.get(customer=shop["steady"]).elapsed_days == 2


@pytest.mark.slow
@pytest.mark.shows("REP-02", "REP-05")
def test_a_signed_month_never_changes_and_lists_late_facts(scored, shop, manager):
    signed = services.freeze("2026-10", by=manager)
    content = signed.file.read_bytes()

    with time_machine.travel(TODAY + dt.timedelta(hours=2), tick=False):
        (late,) = buys(shop["steady"], "2026-10-15", amount=99999)
        with pytest.raises(Refusal, match="已签发"):
            services.score_month("2026-10")
        facts = queries.late_facts("2026-10")

    assert signed.file.read_bytes() == content
    assert Run.objects.get(month="2026-10").sha256 == signed.sha256
    assert [(fact.order_id, fact.what, fact.amount_minor) for fact in facts] == [
        (late.pk, "written", late.revenue_minor)
    ]
    assert [fact.order_id for fact in queries.late_facts_for_report("2026-11")] == [late.pk]
    assert queries.late_facts("2026-09") == []


@pytest.mark.slow
def test_an_order_moved_out_of_a_signed_month_is_a_late_fact(scored, shop, manager, admin):
    order = shop["riser"].orders.get(ordered_on="2026-10-08")
    services.freeze("2026-10", by=manager)

    with time_machine.travel(TODAY + dt.timedelta(hours=2), tick=False):
        commerce.change_order(order, by=admin, ordered_on=dt.date(2026, 11, 3))
        facts = queries.late_facts("2026-10")

    assert [(fact.order_id, fact.what, fact.ordered_on) for fact in facts] == [
        (order.pk, "changed", dt.date(2026, 10, 8))
    ]


@pytest.mark.slow
def test_only_a_closed_month_with_its_own_file_can_be_signed(scored, manager):
    with pytest.raises(Refusal, match="还没有结束"):
        services.freeze("2026-11", by=manager)
    with pytest.raises(Refusal, match="还没有评分"):
        services.freeze("2026-05", by=manager)
    scored["2026-10"].file.write_bytes(b"changed by hand")
    with pytest.raises(Refusal, match="不符"):
        services.freeze("2026-10", by=manager)


def test_a_month_that_has_not_begun_cannot_be_scored(db):
    with pytest.raises(Refusal, match="还没有开始"):
        services.score_month("2026-12")


@pytest.mark.slow
def test_the_first_scoring_goes_through_the_last_twelve_months_and_then_only_what_is_open(shop):
    first = services.score_up_to_now()
    again = services.score_up_to_now()

    assert first[0].month == "2025-12"
    assert first[-1].month == "2026-11"
    assert [run.month for run in again] == ["2026-11"]


@pytest.mark.slow
def test_the_month_that_ended_is_closed_by_the_next_scoring(scored, shop):
    with time_machine.travel(TODAY + dt.timedelta(days=12), tick=False):
        runs = services.score_up_to_now()

    assert [(run.month, run.state) for run in runs] == [("2026-11", "closed"), ("2026-12", "open")]


@pytest.mark.slow
def test_the_reference_of_a_quarter_is_frozen_with_the_first_signing(owner, manager):
    crowd = [CustomerFactory(owner=owner) for _place in range(24)]
    for place, customer in enumerate(crowd):
        buys(customer, *every("2025-03-01", 28, 20), amount=100 * (place + 1))
    services.score_month("2026-10")
    services.freeze("2026-10", by=manager)
    kept = Reference.objects.get(quarter="2026Q4")

    buys(crowd[0], "2026-09-20", amount=10**6)
    services.score_month("2026-11")

    assert (kept.as_of, kept.customers) == (dt.date(2026, 9, 30), 24)
    assert Reference.objects.get(quarter="2026Q4").content == kept.content
    assert kept.frozen_at is not None


@pytest.mark.slow
def test_a_customer_first_seen_later_is_not_in_an_earlier_month(scored, shop):
    months = {month: pq.read_table(run.file)["customer_id"].to_pylist() for month, run in scored.items()}

    assert shop["newcomer"].pk not in months["2026-09"]
    assert shop["newcomer"].pk in months["2026-10"]


@pytest.mark.slow
def test_scoring_an_earlier_month_anew_carries_on_to_the_later_ones(scored, shop, manager):
    buys(shop["riser"], "2026-09-25", amount=50000)

    runs = services.score_from("2026-09")

    assert [run.month for run in runs] == ["2026-09", "2026-10", "2026-11"]
    assert row(runs[1], shop["riser"])["movement"] == "declining"
    services.freeze("2026-10", by=manager)
    with pytest.raises(Refusal, match="2026-10 已签发"):
        services.score_from("2026-09")


@pytest.mark.slow
def test_the_jobs_score_a_month_or_all_and_the_clock_does_the_same(shop, admin):
    asked = jobs.enqueue("scores.score", by=admin, month="2026-10", by_id=admin.pk)
    jobs.run_now(asked)
    nightly = jobs.enqueue("scores.nightly")
    jobs.run_now(nightly)

    asked.refresh_from_db(), nightly.refresh_from_db()
    assert asked.result == {"months": ["2026-10"], "customers": 5}
    assert nightly.result == {"months": ["2026-11"], "customers": 5}
    assert Run.objects.get(month="2026-10").scored_by == admin


@pytest.mark.slow
def test_a_lost_file_is_said_calmly_and_scoring_brings_it_back(scored, login, manager):
    november = scored["2026-11"]
    content = november.file.read_bytes()
    november.file.unlink()
    browser = login(manager)

    assert browser.get(reverse("scores:value")).status_code == 503
    assert "评分文件不在了" in browser.get(reverse("scores:value")).content.decode()
    assert browser.get(reverse("scores:customers")).status_code == 503

    services.score_month("2026-11")
    assert browser.get(reverse("scores:value")).status_code == 200
    assert november.file.read_bytes() == content


@pytest.mark.slow
def test_a_company_without_customers_or_orders_can_be_scored(login, admin, owner):
    (empty,) = services.score_up_to_now()
    assert empty.summary["customers"] == 0
    assert login(admin).get(reverse("scores:value")).status_code == 200

    lead = CustomerFactory(owner=owner)
    (again,) = services.score_up_to_now()

    assert again.summary["stages"] == {"identified": 1}
    assert Standing.objects.get(customer=lead).stage == "identified"
    browser = login(owner)
    for name in ("scores:value", "scores:customers", "scores:warnings"):
        assert browser.get(reverse(name)).status_code == 200
    assert browser.get(reverse("scores:card", args=[lead.pk])).status_code == 200
    assert browser.get(reverse("scores:value") + "?compare=nonsense").status_code == 200
    assert browser.get(reverse("scores:customers") + "?page=x&stars=x&before=7&compare=zzz").status_code == 200
