"""Time promises: the same figures as the engine, every one opens its jobs, nobody sees others' customers."""

import datetime as dt
import json
import re

import pytest
import time_machine
from django.urls import reverse

from holdfast.analysis.capability import CapabilityParams, capability
from holdfast.foundation.audit.models import Change
from holdfast.insight.quality import queries, rules
from holdfast.insight.quality.models import Process
from holdfast.insight.quality.readers import jobs, pairs_of
from holdfast.records.commerce import services as commerce
from holdfast.records.commerce.models import OrderLine
from holdfast.records.commerce.tests.factories import line_of
from holdfast.records.customers.models import CustomField
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.timeline import services as timeline

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
CHART, JOBS = "quality:chart", "quality:jobs"
# Days from order to delivery of sixty orders: delight up to 7, acceptable up to 9.
TAKEN = [(place * 7) % 12 + 1 for place in range(60)]


@pytest.fixture(autouse=True)
def today(settings, tmp_path):
    settings.DATA = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def shop(owner, teammate):
    """Sixty delivered orders and two not yet of the owner's customer, one of the teammate's."""
    mine, other = CustomerFactory(name="恒稳机械", owner=owner), CustomerFactory(name="隔壁建材", owner=teammate)
    first = dt.date(2026, 5, 1)
    for place, days in enumerate(TAKEN):
        order(mine, first + dt.timedelta(days=3 * place), days)
    order(mine, dt.date(2026, 11, 1), None)
    order(mine, dt.date(2026, 11, 20), None)
    order(other, dt.date(2026, 10, 1), 30)
    return {"mine": mine, "other": other}


def order(customer, day, taken):
    (made,) = commerce.add_orders(
        [
            {
                "customer": customer,
                "number": f"S{customer.pk}-{day}",
                "ordered_on": day,
                "lines": [line_of((1, 100, 60))],
            }
        ],
        by=None,
    )
    ended = day + dt.timedelta(days=taken) if taken is not None else None
    OrderLine.objects.filter(order=made).update(promised_on=day + dt.timedelta(days=7), delivered_on=ended)
    return made


def asked(pair, viewer, **changes):
    values = {"target_days": 7, "limit_days": 9, "months": 24, **changes}
    return queries.Asked(pair=pairs_of(viewer)[pair], **values)


ADDRESS = {"pair": "order_delivered", "target": "7", "limit": "9", "months": "24"}


@pytest.mark.shows("VOC-12")
def test_the_zones_are_those_counted_by_hand_and_by_the_engine(shop, owner):
    board = queries.board(owner, asked("order_delivered", owner))

    zones = board.figures["zones"]
    assert board.figures["n"] == 60
    assert zones["delight"]["n"] == sum(days <= 7 for days in TAKEN)
    assert zones["acceptable"]["n"] == sum(7 < days <= 9 for days in TAKEN)
    assert zones["angry"]["n"] == sum(days > 9 for days in TAKEN)
    assert (board.figures["open"], board.figures["open_beyond_limit"]) == (2, 1)
    assert sum(board.bars.counts) == 60
    table = jobs(owner, rules.PAIRS["order_delivered"], None, NOW.date())
    engine = capability(table, as_of=NOW.replace(tzinfo=None), params=CapabilityParams(7, 9))
    assert board.figures == engine.to_dict()


@pytest.mark.shows("VOC-12")
def test_every_figure_opens_the_jobs_it_counted(shop, login, owner):
    browser = login(owner)
    page = browser.get(reverse(CHART), ADDRESS)
    told = page.context["figures"]

    def total(url):
        return browser.get(url).context["total"]

    for part, code in zip(page.context["zones"], ("delight", "acceptable", "angry"), strict=True):
        assert total(part["url"]) == told["zones"][code]["n"] == part["value"]
    for one in page.context["histogram"]["bins"]:
        assert (total(one["url"]) if one["url"] else 0) == one["value"], one
    assert total(page.context["open_url"]) == told["open"]
    assert total(page.context["late_url"]) == told["open_beyond_limit"]
    for row in page.context["trend_share"]:
        assert total(row["url"]) == row["n"]
        assert total(row["angry_url"]) == row["angry_n"]
    text = page.content.decode()
    assert page.context["zones"][2]["url"].replace("&", "&amp;") in text


def test_the_points_of_the_chart_are_the_jobs_they_open(shop, login, owner):
    page = login(owner).get(reverse(CHART), ADDRESS)

    data = json.loads(re.search(r'id="quality-control"[^>]*>(.*?)</script>', page.content.decode(), re.DOTALL).group(1))
    board = page.context["board"]
    places = queries.control_jobs(board.found)
    assert data["series"][0]["values"] == [round(float(one), 2) for one in board.found.days[places]]
    assert len(data["urls"]) == len(places) == 60
    ids = board.found.table["job_id"].combine_chunks().take(places.tolist()).to_pylist()
    lines = OrderLine.objects.in_bulk(ids)
    assert data["urls"] == [lines[pk].order.get_absolute_url() for pk in ids]


@pytest.mark.shows("VOC-12", "ARC-12")
def test_only_jobs_of_customers_the_viewer_sees_are_counted(shop, login, owner, teammate, stranger, manager):
    counts = [
        queries.board(who, asked("order_delivered", who)).figures["n"] for who in (owner, teammate, stranger, manager)
    ]

    assert counts == [60, 1, 0, 61]
    page = login(stranger).get(reverse(JOBS), ADDRESS).content.decode()
    assert "恒稳机械" not in page
    assert "还没有这样的一件" in login(stranger).get(reverse(CHART), ADDRESS).content.decode()


@pytest.mark.shows("VOC-12")
def test_grey_reasons_stand_in_the_customers_view_and_not_in_the_process(shop, owner):
    rows = [
        {
            "customer": shop["mine"], "number": f"F{place}", "amount_minor": 1000_00,
            "issued_on": dt.date(2026, 8, 1), "due_on": dt.date(2026, 8, 31),
            **({"disputed_on": dt.date(2026, 8, 20)} if place < 2 else {}),
        }
        for place in range(6)
    ]  # fmt: skip
    made = commerce.add_invoices(rows, by=owner)
    for place, invoice in enumerate(made):
        commerce.add_payments(
            [{"customer": shop["mine"], "received_on": dt.date(2026, 8, 21) + dt.timedelta(days=10 * place),
              "amount_minor": 1000_00, "allocations": [(invoice, 1000_00)]}],
            by=owner,
        )  # fmt: skip

    plain = queries.board(owner, asked("invoice_paid", owner, target_days=30, limit_days=60))
    grey = queries.board(owner, asked("invoice_paid", owner, target_days=30, limit_days=60, grey=("disputed",)))

    assert plain.figures["reasons"] == {"disputed": 2}
    assert (plain.figures["n"], plain.figures["process_view"]["n"]) == (6, 6)
    assert (grey.figures["n"], grey.figures["process_view"]["n"]) == (6, 4)
    assert queries.jobs_behind(owner, grey.asked, {"grey": "1"}).num_rows == 2


def test_what_comes_before_its_due_day_is_in_time_and_not_left_out(shop, owner):
    (invoice,) = commerce.add_invoices(
        [{"customer": shop["mine"], "number": "F1", "amount_minor": 1000_00, "issued_on": dt.date(2026, 8, 1),
          "due_on": dt.date(2026, 8, 31)}],
        by=owner,
    )  # fmt: skip
    commerce.add_payments(
        [{"customer": shop["mine"], "received_on": dt.date(2026, 8, 10), "amount_minor": 1000_00,
          "allocations": [(invoice, 1000_00)]}],
        by=owner,
    )  # fmt: skip

    board = queries.board(owner, asked("due_paid", owner, target_days=1, limit_days=30))

    assert (board.figures["n"], board.result.impossible) == (1, 0)
    assert board.figures["zones"]["delight"]["n"] == 1


def test_tasks_and_two_own_dates_of_customers_are_pairs_too(shop, owner):
    task = timeline.open_task(
        shop["mine"], kind="call", title="回访", assignee=owner, due_on=dt.date(2026, 11, 25), by=owner
    )
    for code, label in (("signed", "签约日"), ("live", "上线日")):
        CustomField.objects.create(code=code, label=label, kind="date")
    shop["mine"].custom = {"signed": "2026-10-01", "live": "2026-10-11"}
    shop["mine"].save()
    owner.__dict__.pop("_custom_fields", None)

    tasks = queries.board(owner, asked("task_done", owner))
    own = queries.board(owner, asked("custom:signed:live", owner))

    assert (tasks.figures["n"], tasks.figures["open"]) == (0, 1)
    assert queries.jobs_behind(owner, tasks.asked, {"open": "1"})["job_id"].to_pylist() == [task.pk]
    assert own.figures["n"] == 1
    assert own.figures["mean"] == 10
    back = queries.board(owner, asked("custom:live:signed", owner))
    assert back.result.impossible == 1


def test_before_and_after_a_change_are_compared(shop, login, owner):
    page = login(owner).get(reverse(CHART), {**ADDRESS, "changed_on": "2026-08-01"})

    before = page.context["board"].before
    assert before.n_before + before.n_after == 60
    early = [
        days
        for place, days in enumerate(TAKEN)
        if dt.date(2026, 5, 1) + dt.timedelta(days=3 * place) < dt.date(2026, 8, 1)
    ]
    assert before.n_before == len(early)
    assert before.beyond.before == pytest.approx(sum(days > 9 for days in early) / len(early))
    assert "改进前后" in page.content.decode()
    empty = login(owner).get(reverse(CHART), {**ADDRESS, "changed_on": "2020-01-01"})
    assert empty.context["board"].before is None
    assert "暂时不能比较" in empty.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"target": "9", "limit": "7"}, "limit"), ({"target": "0"}, "target"), ({"target": "x"}, "target"),
     ({"pair": "a:b"}, "pair"), ({"changed_on": "gestern"}, "changed_on"), ({"months": "7"}, "months")],
)  # fmt: skip
def test_what_makes_no_sense_stands_on_its_field_and_shows_no_figure(shop, login, owner, changes, field):
    page = login(owner).get(reverse(CHART), {**ADDRESS, **changes})

    assert page.status_code == 200
    assert field in page.context["form"].errors
    assert "board" not in page.context
    assert login(owner).get(reverse(JOBS), {**ADDRESS, **changes}).status_code == 404


@pytest.mark.parametrize("which", [{"zone": "blue"}, {"over": "x"}, {"upto": "nan?"}])
def test_an_address_of_jobs_that_makes_no_sense_is_not_found(shop, login, owner, which):
    assert login(owner).get(reverse(JOBS), {**ADDRESS, **which}).status_code == 404


@pytest.mark.shows("VOC-12")
def test_a_process_is_kept_changed_and_retired_with_its_trace_in_the_journal(shop, login, manager):
    browser = login(manager)

    browser.post(reverse("quality:save"), {**ADDRESS, "name": "交货", "changed_on": ""})
    made = Process.objects.get()
    page = browser.get(reverse(CHART), {"kept": made.pk})
    assert page.context["board"].figures["n"] == 61
    assert page.context["processes"][0]["active"]
    browser.post(reverse("quality:update", args=[made.pk]), {**ADDRESS, "target": "5", "name": "准时交货"})
    again = browser.post(reverse("quality:save"), {**ADDRESS, "name": "准时交货"}, follow=True)
    assert "已有同名的流程" in again.content.decode()
    browser.post(reverse("quality:remove", args=[made.pk]))

    made.refresh_from_db()
    assert (made.name, made.target_days, made.pair) == ("准时交货", 5, "order_delivered")
    assert made.archived_at is not None
    assert list(Change.objects.filter(model="quality.process").order_by("pk").values_list("verb", flat=True)) == [
        "add", "change", "archive",
    ]  # fmt: skip
    assert browser.get(reverse(CHART), {"kept": made.pk}).status_code == 404


def test_who_may_not_set_standards_keeps_nothing(shop, login, owner):
    browser = login(owner)

    assert browser.post(reverse("quality:save"), {**ADDRESS, "name": "交货"}).status_code == 403
    assert "存成一个流程" not in browser.get(reverse(CHART), ADDRESS).content.decode()


def test_nothing_is_kept_without_a_name_or_with_a_wrong_limit(shop, login, manager):
    for changes in ({"name": ""}, {"name": "x", "limit": "1"}):
        page = login(manager).post(reverse("quality:save"), {**ADDRESS, **changes}, follow=True)
        assert "没有保存" in page.content.decode()
    assert not Process.objects.exists()


def test_the_pages_read_well_in_english(shop, login, owner):
    browser = login(owner)
    for address in (reverse(CHART), reverse(JOBS)):
        page = browser.get(
            address, {**ADDRESS, "changed_on": "2026-08-01"}, headers={"Accept-Language": "en", "HX-Request": "true"}
        ).content.decode()
        text = re.sub(r"恒稳机械|滤芯|<[^>]*>", "", page)
        assert not re.search(r"[\u4e00-\u9fff，。；：]", text), re.findall(r".{20}[\u4e00-\u9fff，。；：].{20}", text)[
            :3
        ]


def test_the_number_of_queries_is_fixed(shop, login, owner, django_assert_max_num_queries):
    browser = login(owner)
    for name, most in ((CHART, 18), (JOBS, 16)):
        browser.get(reverse(name), ADDRESS)
        with django_assert_max_num_queries(most):
            browser.get(reverse(name), ADDRESS)
