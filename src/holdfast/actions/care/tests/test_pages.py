import datetime as dt
import io

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from holdfast.actions.care import services
from holdfast.actions.care.models import Focus, Gift, StandardVersion, Switches
from holdfast.actions.care.tests.factories import set_stars, star_customer, visited
from holdfast.common.months import Month
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit.models import Export
from holdfast.insight.scores.models import Override
from holdfast.records.customers.models import StandingChange

pytestmark = pytest.mark.django_db
D = dt.date
HTMX = {"HX-Request": "true"}
PLAIN = ["execution", "mine", "rows", "block", "standards", "gifts", "focus"]


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def customer(owner):
    return star_customer(owner, 5, name="苏州澄光精密机械有限公司", code="C100")


@pytest.fixture
def served(customer):
    services.open_duties(Month(2026, 11))
    services.plan_tasks(D(2026, 11, 22))
    visited(customer, D(2026, 11, 5))
    return customer


def page(browser, name, *args, **query):
    return browser.get(reverse(f"care:{name}", args=args), query)


def text(answer):
    return answer.content.decode()


# --- who may ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PLAIN)
def test_the_owner_sees_the_page_and_a_stranger_nothing_of_the_customer(login, owner, stranger, served, name):
    mine, theirs = page(login(owner), name), page(login(stranger), name)

    assert mine.status_code == theirs.status_code == 200
    assert "澄光" not in text(theirs)


@pytest.mark.parametrize("name", ["panel"])
def test_the_panel_of_a_customer_out_of_scope_is_not_found(login, stranger, customer, name):
    assert page(login(stranger), name, customer.pk).status_code == 404


@pytest.mark.parametrize("name", ["gift_new", "focus_new"])
def test_forms_for_a_customer_out_of_scope_are_not_found(login, customer, name):
    stranger = UserFactory(role="sales_manager")

    assert page(login(stranger), name, customer=customer.pk).status_code == 404
    assert page(login(stranger), name, customer="x").status_code == 404


@pytest.mark.parametrize("name", ["standard_new", "switches", "focus_new"])
def test_without_the_word_the_standards_cannot_be_touched(login, owner, customer, name):
    assert login(owner).post(reverse(f"care:{name}"), {"customer": customer.pk}).status_code == 403


def test_without_the_word_nothing_is_exported(login, owner, served):
    assert login(owner).post(reverse("care:export")).status_code == 403


def test_somebody_elses_duties_are_seen_by_who_leads_alone(login, manager, stranger, owner, served):
    seen = page(login(manager), "mine", owner=owner.pk)

    assert "澄光" in text(seen)
    assert page(login(stranger), "mine", owner=owner.pk).status_code == 404


@pytest.mark.parametrize("name", PLAIN)
def test_the_fragment_is_that_part_of_the_page(login, owner, served, name):
    browser, url = login(owner), reverse(f"care:{name}")

    whole, part = text(browser.get(url)), text(browser.get(url, headers=HTMX))

    def plain(html):
        return "".join(line for line in html.splitlines() if "csrfmiddlewaretoken" not in line)

    assert "<html" not in part
    assert plain(part).strip() in plain(whole)


@pytest.mark.parametrize("name", PLAIN)
def test_pages_speak_english_without_a_chinese_word_of_ours(login, owner, served, name):
    browser = login(owner)
    browser.cookies["django_language"] = "en"
    owner.language = "en"
    owner.save()

    answer = text(page(browser, name))

    main = answer[answer.index("<main") : answer.index("</main>")] if "<main" in answer else answer
    for known in ("苏州澄光精密机械有限公司", owner.name, owner.department.name):
        main = main.replace(known, "")
    assert not [sign for sign in main if "\u4e00" <= sign <= "\u9fff"]


# --- figures ------------------------------------------------------------------------------------------------------


@pytest.mark.shows("TIE-07", "T8")
def test_the_page_tells_the_rate_and_leads_to_the_rows_behind_it(login, manager, served):
    browser = login(manager)

    answer = page(browser, "execution")
    rows = page(browser, "rows", month="2026-11", stars=5, kind="visit", missing=1)

    assert answer.context["found"].total.due == 6
    assert "还差 5 次" in text(answer)
    assert 'href="/care/rows/?month=2026-11&amp;missing=1&amp;stars=5"' in text(answer)
    ((duty, progress),) = rows.context["rows"]
    assert (duty.customer, progress.due, progress.done, progress.days_left) == (served, 2, 1, 9)
    assert "差 1 次，剩 9 天" in text(rows)


def test_an_odd_address_is_answered_calmly(login, manager, served):
    browser = login(manager)

    for query in ({"month": "x"}, {"month": "9999-12"}, {"stars": "9", "owner": "x", "page": "x"}, {"owner": "9" * 40}):
        assert page(browser, "rows", **query).status_code == 200
        assert page(browser, "execution", **query).status_code == 200


def test_the_rows_are_exported_as_a_workbook_and_recorded(login, manager, served):
    answer = login(manager).post(f"{reverse('care:export')}?month=2026-11&kind=visit")

    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    head, row = book.get_sheet_by_index(0).to_python()
    assert head[:2] == ["编号", "客户"]
    assert row[:6] == ["C100", "苏州澄光精密机械有限公司", 5, "正式", "拜访", D(2026, 11, 1)]
    assert row[7:10] == [2, 1, 1]
    export = Export.objects.get()
    assert (export.actor, export.what, export.rows) == (manager, "care.rows", 1)
    assert export.filters["kind"] == "visit"


def test_my_due_lists_gaps_with_the_next_task(login, owner, served):
    star_customer(owner, 1)

    answer = page(login(owner), "mine")

    (row,) = answer.context["customers"]
    assert row.customer == served
    assert row.task is not None
    assert "记录联系" in text(answer)


def test_the_block_says_nothing_to_who_owes_nothing(login, stranger, served):
    assert text(login(stranger).get(reverse("care:block"), headers=HTMX)).strip() == ""


@pytest.mark.shows("TIE-06", "TIE-12")
def test_the_customers_panel_tells_due_done_missing_terms_and_how_the_star_came(login, owner, manager, served):
    StandingChange.objects.create(
        customer=served, on=D(2026, 10, 31), month="2026-10", field="stars", before="4", after="5"
    )
    Override.objects.create(
        customer=served, stars=4, reason="价格谈崩", requested_by=owner, expires_on=D(2027, 1, 1),
        approved_by=manager, approved_at=dt.datetime(2026, 11, 20, tzinfo=dt.UTC),
    )  # fmt: skip

    answer = text(page(login(owner), "panel", served.pk))

    for words in (
        "差 1 次，剩 9 天",
        "1 / 2",
        "12%",
        "2 小时",
        "¥2,000",
        "4 星 → 5 星",
        "价格谈崩",
        manager.name,
        "申请另定星级",
    ):
        assert words in answer


@pytest.mark.shows("TIE-06")
def test_a_hollow_star_is_marked_as_provisional_on_the_panel(login, owner):
    customer = star_customer(owner, 4, hollow=True)

    assert "暂定" in text(page(login(owner), "panel", customer.pk))


def test_the_panel_says_when_the_star_changed_during_the_month(login, owner, served):
    set_stars(served, 4)

    assert "本月按月初的 5 星算，下个月起按 4 星" in text(page(login(owner), "panel", served.pk))


@pytest.mark.parametrize("stars", [None, 5])
def test_the_panel_of_who_is_owed_nothing_says_why(login, admin, stars):
    customer = star_customer(None, stars)

    answer = text(page(login(admin), "panel", customer.pk))

    assert "没有归属人" in answer


def questions(browser, url):
    browser.get(url)
    with CaptureQueriesContext(connection) as asked:
        browser.get(url)
    return len(asked)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "most"), [("execution", 26), ("mine", 16), ("rows", 12), ("block", 10)])
def test_how_many_questions_a_page_asks_does_not_hang_on_how_many_customers(login, manager, owner, served, name, most):
    browser, url = login(owner if name in ("mine", "block") else manager), reverse(f"care:{name}")
    few = questions(browser, url)
    for stars in (5, 4, 3, 2) * 2:
        star_customer(owner, stars)
    services.open_duties(Month(2026, 11))
    services.plan_tasks(D(2026, 11, 22))

    assert questions(browser, url) <= few + 1 <= most


# --- writing ------------------------------------------------------------------------------------------------------


def filled(browser):
    """What the form of the standards holds as it opens."""
    form = page(browser, "standard_new").context["form"]
    return {name: field.value() for name, field in ((name, form[name]) for name in form.fields) if field.value()} | {
        name: form[name].value() for name in form.fields if form[name].value() in (0, "0")
    }


@pytest.mark.shows("TIE-06", "TIE-12")
def test_a_manager_changes_one_cell_and_everything_else_stays(login, manager):
    browser = login(manager)
    data = filled(browser) | {"starts_on": "2026-12-01", "note": "四星多看一次", "all_4_visits": "2"}

    answer = browser.post(reverse("care:standard_new"), data)

    assert answer.status_code == 302
    old, new = (StandardVersion.objects.get(number=number) for number in (1, 2))
    assert (new.starts_on, new.by, new.note) == (D(2026, 12, 1), manager, "四星多看一次")
    before, after = ({row.stars: row for row in one.standards.all()} for one in (old, new))
    assert (before[4].visits, after[4].visits) == (1, 2)
    names = ["contacts", "reply_hours", "gift_budget_minor", "discount_percent", "service_minutes", "owner_level"]
    for stars in (1, 2, 3, 4, 5):
        assert [getattr(before[stars], name) for name in names] == [getattr(after[stars], name) for name in names]


def test_a_cell_left_empty_is_named_and_nothing_typed_is_lost(login, manager):
    browser = login(manager)
    data = filled(browser) | {"starts_on": "2026-12-01", "note": "改", "all_3_reply_hours": "", "all_2_contacts": "7"}

    answer = browser.post(reverse("care:standard_new"), data)

    assert answer.status_code == 422
    assert "all_3_reply_hours" in answer.context["form"].errors
    assert answer.context["form"]["all_2_contacts"].value() == "7"
    assert StandardVersion.objects.count() == 1


def test_distributors_get_a_table_of_their_own_when_ticked(login, manager):
    browser = login(manager)
    data = filled(browser) | {"starts_on": "2026-12-01", "note": "渠道", "has_own": "on", "distributor_5_visits": "9"}

    browser.post(reverse("care:standard_new"), data)

    rows = StandardVersion.objects.get(number=2).standards
    assert rows.get(channel="distributor", stars=5).visits == 9
    assert rows.filter(channel="").count() == rows.filter(channel="distributor").count() == 5


def test_the_switches_are_changed_on_their_page(login, manager):
    data = {
        "open_tasks": "on", "birthday_stars": "2", "birthday_days": "5", "festivals": ["spring", "national"],
        "greet_festivals": "on", "festival_stars": "5", "festival_days": "10", "thank_count": "8",
    }  # fmt: skip

    answer = login(manager).post(reverse("care:switches"), data)

    switches = Switches.objects.get()
    assert answer.status_code == 302
    assert (switches.open_tasks, switches.use_provisional, switches.thank) == (True, False, False)
    assert (switches.festivals, switches.birthday_stars, switches.thank_count) == (["spring", "national"], 2, 8)


@pytest.mark.shows("CAR-06")
def test_a_gift_is_entered_on_its_form_and_approved_by_a_manager(login, owner, manager, customer):
    form = {"item": "茶叶礼盒", "cost": "2600.50", "on": "2026-11-20", "reason": "框架协议"}
    url = f"{reverse('care:gift_new')}?customer={customer.pk}"
    without = login(owner).post(url, form | {"reason": ""})

    login(owner).post(url, form)
    gift = Gift.objects.get()
    login(manager).post(reverse("care:gift_answer", args=[gift.pk]), {"answer": "approve"})

    gift.refresh_from_db()
    assert without.status_code == 422
    assert "超出这一星" in text(without)
    assert (gift.cost_minor, gift.state, gift.answered_by) == (260_050, "approved", manager)


def test_a_gift_out_of_scope_is_not_answered(login, owner, customer):
    gift = services.add_gift(customer, item="酒", cost_minor=900_000, on=D(2026, 11, 1), by=owner, reason="x")
    stranger = UserFactory(role="sales_manager")

    assert login(stranger).post(reverse("care:gift_answer", args=[gift.pk]), {"answer": "approve"}).status_code == 404


@pytest.mark.shows("TIE-14")
def test_a_focus_plan_is_made_changed_and_ended_on_its_pages(login, manager, customer):
    browser = login(manager)
    form = {"goal": "份额过半", "plan": "每月拜访", "leader": manager.pk, "review_on": "2027-01-05"}

    browser.post(f"{reverse('care:focus_new')}?customer={customer.pk}", form)
    plan = Focus.objects.get()
    browser.post(reverse("care:focus_edit", args=[plan.pk]), form | {"goal": "份额七成"})
    listed = text(page(browser, "focus"))
    browser.post(reverse("care:focus_end", args=[plan.pk]))

    plan.refresh_from_db()
    assert "份额七成" in listed
    assert plan.ended_on == D(2026, 11, 22)
    assert "还没有重点客户" in text(page(browser, "focus"))


def test_a_plan_out_of_scope_is_not_found(login, manager, customer):
    plan = services.add_focus(customer, goal="目标", plan="计划", leader=manager, review_on=D(2027, 1, 5), by=manager)
    browser = login(UserFactory(role="sales_manager"))

    for name in ("focus_edit", "focus_end"):
        assert browser.post(reverse(f"care:{name}", args=[plan.pk])).status_code == 404


def test_hostile_names_are_shown_as_text(login, manager, owner):
    customer = star_customer(owner, 5, name="<script>alert(1)</script>公司")
    services.open_duties(Month(2026, 11))
    services.add_gift(customer, item="<img src=x>", cost_minor=100, on=D(2026, 11, 1), by=owner)
    services.add_focus(
        customer, goal="<b>x", plan="<script>alert(2)", leader=owner, review_on=D(2027, 1, 1), by=manager
    )
    browser = login(manager)

    for name in ("rows", "gifts", "focus"):
        answer = text(page(browser, name))
        assert "<script>alert" not in answer
        assert "<img src=x>" not in answer
