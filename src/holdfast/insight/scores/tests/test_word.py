"""Stars from all five angles: invoices, promises and time spent make integrity and efficiency known."""

import datetime as dt
import json

import pytest

from holdfast.insight.scores import services
from holdfast.insight.scores.models import Run
from holdfast.insight.scores.queries.cards import card_of
from holdfast.insight.scores.readers import read_customer, read_month
from holdfast.insight.scores.rules.columns import COLUMNS
from holdfast.insight.scores.rules.word import TABLES
from holdfast.insight.scores.tests.conftest import bills, spends
from holdfast.insight.scores.views.card import INPUTS
from holdfast.records.commerce import services as commerce
from holdfast.records.customers.models import Standing
from holdfast.records.feedback.tests.factories import CommentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOVEMBER = "2026-11"


def row(customer, month=NOVEMBER):
    return read_customer(Run.objects.get(month=month), customer.pk)


@pytest.mark.shows("TIE-01", "TIE-03", "TIE-05", "CRE-01")
def test_with_invoices_and_time_spent_a_star_is_no_longer_provisional(known):
    services.score_month(NOVEMBER)

    standing, found = Standing.objects.get(customer=known["steady"]), row(known["steady"])
    assert (standing.is_provisional, standing.stars_hint) == (False, None)
    assert standing.stars in range(1, 6)
    assert standing.coverage >= 0.9
    assert found["payment_index"] == pytest.approx(90)
    assert (found["adbt_days"], found["late_share"], found["invoices"]) == (-20, 0, 12)
    assert found["integrity"] == pytest.approx((0.55 * 90 + 0.15 * 100) / 0.70)
    assert found["s_integrity"] > 50 > row(known["skipper"])["s_integrity"]
    assert standing.integrity_part == pytest.approx(found["s_integrity"])
    assert "integrity" in standing.explanation["points"]


@pytest.mark.shows("TIE-04", "VOC-04")
def test_complaints_make_a_customer_harder_once_the_company_keeps_any(known):
    before = services.score_month(NOVEMBER) and row(known["steady"])
    moments = [dt.datetime(*day, 9, tzinfo=dt.UTC) for day in ((2026, 11, 3), (2026, 6, 3), (2024, 11, 3))]
    for moment in moments:
        CommentFactory(customer=known["steady"], channel="complaint", text="又送错了。", said_at=moment)
    CommentFactory(customer=known["steady"], channel="review", text="很好。", said_at=moments[0])

    services.score_month(NOVEMBER)

    after, other = row(known["steady"]), row(known["skipper"])
    assert before["complaints_per_100"] is None
    assert after["complaints_per_100"] == pytest.approx(100 * 2 / after["orders_12m"], abs=1e-5)
    assert other["complaints_per_100"] == 0
    assert before["difficulty"] is None  # two parts of three that are needed
    assert after["difficulty"] > other["difficulty"]
    assert "每百单投诉 18.2 次" in INPUTS["difficulty"](card_of(known["steady"]))


@pytest.mark.shows("TIE-02", "TIE-03")
def test_efficiency_is_profit_over_the_share_of_a_full_time_year(known):
    services.score_month(NOVEMBER)

    found = row(known["steady"])
    assert (found["effort_hours"], found["estimated_hours"]) == (5, 2)
    assert found["efficiency_minor"] == pytest.approx(found["profit_12m_minor"] / (5 / 1920), abs=1)
    assert found["hours_per_10k"] == pytest.approx(5 / (found["revenue_12m_minor"] / 100 / 10_000), abs=1e-5)
    newcomer = row(known["newcomer"])
    assert (newcomer["effort_hours"], newcomer["efficiency_minor"], newcomer["s_efficiency"]) == (None, None, None)


@pytest.mark.shows("TIE-03")
def test_less_than_two_hours_give_no_efficiency(shop, owner):
    spends(shop["steady"], owner, 60, 59)

    services.score_month(NOVEMBER)

    assert row(shop["steady"])["s_efficiency"] is None
    assert row(shop["steady"])["effort_hours"] == pytest.approx(119 / 60, abs=1e-6)


@pytest.mark.shows("TIE-05", "CRE-01", "CRE-04")
def test_a_gate_acts_at_once_whatever_the_score_and_is_named(known, owner):
    bills(known["steady"], beyond=None, count=1, owner=owner, start="2026-07-01")
    services.score_month(NOVEMBER)

    steady = row(known["steady"])
    assert (steady["payment_gate"], steady["overdue_days"]) == ("overdue_90", 114)
    assert steady["stars"] <= 2
    assert steady["stars_raw"] > 2
    assert steady["gate"] == "overdue_90"

    services.score_month("2026-08")
    assert row(known["steady"], "2026-08")["payment_gate"] is None


@pytest.mark.shows("CRE-01", "CRE-04")
def test_lost_disputes_and_broken_promises_lower_integrity(known, owner):
    services.score_month(NOVEMBER)
    before = row(known["riser"])
    first = bills(known["riser"], beyond=None, count=1, owner=owner, start="2026-10-01")[0]
    commerce.add_promise(
        first, made_on=dt.date(2026, 11, 1), promised_on=dt.date(2026, 11, 10), amount_minor=1000_00, by=owner
    )
    commerce.dispute_invoice(first, on=dt.date(2026, 11, 12), by=owner)
    commerce.settle_dispute(first, lost=True, by=owner)

    services.score_month(NOVEMBER)

    after = row(known["riser"])
    assert (after["promises"], after["promises_kept"]) == (1, 0)
    assert after["dispute_share"] > before["dispute_share"] == 0
    assert after["integrity"] < before["integrity"]
    assert (after["overdue_minor"], after["overdue_days"]) == (1000_00, 22)


def test_a_past_month_knows_nothing_of_what_came_later(known):
    services.score_month("2026-03")
    march = row(known["steady"], "2026-03")

    # Issued from 5 January to 26 March and paid ten days later: by the end of March all but the last.
    assert (march["invoices"], march["judged"]) == (5, 4)
    assert march["effort_hours"] is None
    assert march["open_minor"] == 1000_00


def test_equal_facts_give_equal_bytes_with_invoices_and_time_too(known):
    first = services.score_month(NOVEMBER)
    again = services.score_month(NOVEMBER)

    assert first.sha256 == again.sha256


@pytest.mark.shows("TIE-05", "TIE-12")
def test_a_new_definition_changes_the_hours_of_a_year_and_the_gate_from_its_month_on(known, owner, admin):
    services.score_month("2026-10"), services.score_month(NOVEMBER)
    old = row(known["steady"])["efficiency_minor"]
    params = Run.objects.get(month=NOVEMBER).definition.params
    changed = json.loads(json.dumps(params))
    changed["grading"]["standard_hours"] = 960.0
    changed["integrity"]["gate_days"] = 400

    services.add_definition(params=changed, starts_month=NOVEMBER, note="半天班", by=admin)
    services.score_month(NOVEMBER)

    assert row(known["steady"])["efficiency_minor"] == pytest.approx(old / 2, abs=1)
    assert row(known["fader"])["payment_gate"] is None
    assert row(known["fader"], "2026-10")["payment_gate"] == "overdue_90"


def test_a_month_of_an_earlier_version_is_still_read(known, tmp_path):
    import pyarrow.parquet as pq

    run = services.score_month(NOVEMBER)
    table = pq.read_table(run.file)
    new = ["integrity", "payment_index", "effort_hours", "payment_gate"]
    pq.write_table(table.drop_columns(new), run.file)
    Run.objects.filter(pk=run.pk).update(sha256="another")
    run.refresh_from_db()

    assert read_month(run, ["customer_id", *new]).column_names == ["customer_id", *new]
    assert read_month(run, new)["integrity"].null_count == table.num_rows
    assert set(read_customer(run, known["steady"].pk)) == set(COLUMNS)
    assert card_of(known["steady"]) is not None


def test_a_snapshot_of_an_earlier_version_is_still_scored(known):
    from holdfast.insight.facts.services import take_snapshot

    snapshot = take_snapshot()
    for name in TABLES:
        snapshot.path(name).unlink()

    services.score_month(NOVEMBER, snapshot=snapshot)

    assert row(known["steady"])["s_integrity"] is None
    assert Standing.objects.get(customer=known["steady"]).is_provisional
