import re

import pytest
from django.test import Client
from django.urls import reverse

from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.jobs.models import Job
from holdfast.foundation.jobs.services import run_now
from holdfast.insight.scores import services
from holdfast.insight.scores.models import Definition, Override, Run
from holdfast.records.customers.models import Standing
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PAGES = [
    "scores:value",
    "scores:segments",
    "scores:customers",
    "scores:warnings",
    "scores:definitions",
    "scores:overrides",
]
OF_A_CUSTOMER = ["scores:card", "scores:history"]


def body_of(response):
    """The fragment between the page's main tags, without tokens that differ from answer to answer."""
    text = response.content.decode()
    inner = re.search(r'<main[^>]*tabindex="-1">(.*?)</main>', text, re.DOTALL)
    return re.sub(r"\s+|csrfmiddlewaretoken\" value=\"\w+", "", inner.group(1) if inner else text)


@pytest.mark.parametrize("name", PAGES)
def test_each_page_shows_and_its_fragment_is_the_same(scored, login, owner, name):
    browser = login(owner)

    page, part = browser.get(reverse(name)), browser.get(reverse(name), headers={"HX-Request": "true"})

    assert page.status_code == part.status_code == 200
    assert "<html" not in part.content.decode()
    assert body_of(page) == body_of(part)


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_reads_no_name_anywhere(scored, login, stranger, shop, name):
    page = login(stranger).get(reverse(name)).content.decode()

    assert not any(customer.name in page for customer in shop.values())


@pytest.mark.parametrize("name", OF_A_CUSTOMER)
def test_a_customer_panel_is_for_those_who_see_the_customer(scored, login, owner, stranger, shop, name):
    address = reverse(name, args=[shop["steady"].pk])

    assert login(owner).get(address).status_code == 200
    assert login(stranger).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_pages_need_their_permission_word(login, department):
    service = login(UserFactory(role="service", department=department))

    assert service.get(reverse("scores:value")).status_code == 403
    assert service.get(reverse("scores:definition-new")).status_code == 403
    assert service.post(reverse("scores:score")).status_code == 403


def test_before_the_first_scoring_one_button_starts_it(login, manager, owner, shop):
    empty = login(manager).get(reverse("scores:value")).content.decode()
    assert "现在评分" in empty
    assert f'action="{reverse("scores:score")}"' not in login(owner).get(reverse("scores:value")).content.decode()

    login(manager).post(reverse("scores:score"))
    run_now(Job.objects.get(name="scores.score"))

    assert Run.objects.count() == 12
    assert Standing.objects.count() == 5


@pytest.mark.shows("REP-07")
def test_the_board_counts_the_viewers_customers_only(scored, login, owner, admin):
    mine = login(owner).get(reverse("scores:value") + "?month=2026-10")
    whole = login(admin).get(reverse("scores:value") + "?month=2026-10")

    assert mine.context["board"].totals["customers"] == 4
    assert whole.context["board"].totals["customers"] == 5
    assert "您能看到的 4 位客户" in mine.content.decode()
    assert mine.context["board"].movement.row("lost")["n"] == 0
    assert whole.context["board"].movement.row("lost")["n"] == 1


def test_a_month_without_scores_is_not_found(scored, login, owner):
    assert login(owner).get(reverse("scores:value") + "?month=2020-01").status_code == 404
    assert login(owner).get(reverse("scores:value") + "?month=%27x").status_code == 404


@pytest.mark.shows("ARC-12")
def test_without_the_right_no_profit_is_shown_nor_can_be_worked_out(scored, login, owner, manager, shop):
    address = reverse("scores:card", args=[shop["steady"].pk])
    row = Standing.objects.get(customer=shop["steady"])

    hidden, shown = (login(who).get(address) for who in (owner, manager))

    parts = {one["code"]: one for one in hidden.context["angles"]}
    assert parts["profit"]["is_hidden"]
    assert (parts["profit"]["score"], parts["profit"]["median"]) == (None, None)
    assert all(one["points"] is None for one in hidden.context["angles"])
    text = hidden.content.decode()
    assert "总分" not in text
    assert "毛利率" not in text
    assert hidden.context["next_star"] is None
    assert hidden.context["change"] is None
    assert "毛利率 40.0%" in shown.content.decode()
    assert row.score is not None
    board = login(owner).get(reverse("scores:value")).content.decode()
    assert "占利润" not in board
    assert "鲸鱼" not in board
    losing = reverse("scores:customers") + "?losing=1"
    everyone = reverse("scores:customers")
    assert login(owner).get(losing).context["found"].total == login(owner).get(everyone).context["found"].total


@pytest.mark.shows("TIE-01", "TIE-12")
def test_the_explanation_adds_up(scored, login, manager, shop):
    shown = login(manager).get(reverse("scores:card", args=[shop["steady"].pk]))

    row, change = shown.context["row"], shown.context["change"]
    assert sum(one["points"] or 0 for one in shown.context["angles"]) == pytest.approx(row["score"] - 50, abs=1e-5)
    earlier = services.scoring.read_month(scored["2026-10"]).to_pylist()
    before = next(one for one in earlier if one["customer_id"] == shop["steady"].pk)
    total = change["total"] if change else 0
    assert total == pytest.approx(row["score"] - before["score"], abs=1e-5)


def test_the_rhythm_is_a_sentence(scored, login, owner, shop):
    text = login(owner).get(reverse("scores:card", args=[shop["steady"].pk])).content.decode()

    usual = round(Standing.objects.get(customer=shop["steady"]).typical_gap_days)
    assert 30 <= usual <= 34
    assert f"通常每 <b>{usual} 天</b>下一单，这次已经" in text
    assert ">51 天</b>" in text


def test_a_panel_for_a_customer_without_scores_says_so(login, owner):
    customer = CustomerFactory(owner=owner)

    assert "还没有评分" in login(owner).get(reverse("scores:card", args=[customer.pk])).content.decode()


def test_a_request_is_made_and_approved_on_the_pages(scored, login, owner, manager, shop):
    form = {"stars": "5", "reason": "年框已签", "expires_on": "2026-12-31"}
    address = reverse("scores:override-new") + f"?customer={shop['steady'].pk}"
    assert login(owner).post(address, form).status_code == 302
    asked = Override.objects.get()

    assert (
        login(owner).post(reverse("scores:override-answer", args=[asked.pk]), {"answer": "approve"}).status_code == 403
    )
    login(manager).post(reverse("scores:override-answer", args=[asked.pk]), {"answer": "approve"})

    assert Standing.objects.get(customer=shop["steady"]).stars == 5
    page = login(owner).get(reverse("scores:card", args=[shop["steady"].pk])).content.decode()
    assert "人工调整为 5 星" in page
    login(manager).post(reverse("scores:override-end", args=[asked.pk]))
    assert Standing.objects.get(customer=shop["steady"]).stars is None


def test_a_refusal_stands_on_its_field_and_keeps_what_was_typed(scored, login, owner, shop):
    address = reverse("scores:override-new") + f"?customer={shop['steady'].pk}"

    page = login(owner).post(address, {"stars": "5", "reason": "年框已签", "expires_on": "2020-01-01"})

    assert page.status_code == 200
    assert page.context["form"].errors["expires_on"] == ["到期日应在明天与一年之内。"]
    assert "年框已签" in page.content.decode()
    assert not Override.objects.exists()


def test_nobody_asks_for_a_customer_he_does_not_see(scored, login, stranger, shop):
    address = reverse("scores:override-new") + f"?customer={shop['steady'].pk}"

    assert login(stranger).get(address).status_code == 404
    assert login(stranger).get(reverse("scores:override-new") + "?customer=x").status_code == 404


def definition_form(**changes):
    return {
        "starts_month": "2026-11", "note": "毛利更重要", "window_days": 365, "min_tenure_days": 91,
        "line_2": 20, "line_3": 40, "line_4": 60, "line_5": 80, "margin": 2.5, "jump": 7.5, "months": 2,
        "rise_percent": 105, "fall_percent": 95, "weight_revenue": 20, "weight_profit": 35, "weight_efficiency": 15,
        "weight_integrity": 20, "weight_difficulty": 10, "standard_hours": 1760, "min_effort_hours": 2,
        "min_invoices": 3, "full_invoices": 10, "gate_days": 60, "write_off_days": 730, "word_payment": 60,
        "word_promises": 20, "word_disputes": 10, "word_returns": 10, **changes,
    }  # fmt: skip


@pytest.mark.shows("REP-05")
def test_a_new_definition_acts_from_its_month_on(scored, login, analyst):
    login(analyst).post(reverse("scores:definition-new"), definition_form())

    made = Definition.objects.get(version=2)
    assert made.params["grading"]["weights"]["profit"] == 0.35
    assert made.params["movement"]["rise_percent"] == 105
    assert made.params["grading"]["standard_hours"] == 1760
    assert made.params["integrity"]["gate_days"] == 60
    assert made.params["integrity"]["weights"] == {"payment": 0.6, "promises": 0.2, "disputes": 0.1, "returns": 0.1}
    assert services.score_month("2026-10").definition.version == 1
    assert services.score_month("2026-11").definition.version == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"weight_revenue": 30}, "weight_revenue"),
        ({"line_3": 15}, "line_2"),
        ({"word_payment": 70}, "word_payment"),
        ({"full_invoices": 2}, "full_invoices"),
        ({"gate_days": 0}, "gate_days"),
        ({"starts_month": "2031-01"}, "starts_month"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused_on_its_field(login, analyst, changes, field):
    page = login(analyst).post(reverse("scores:definition-new"), definition_form(**changes))

    assert field in page.context["form"].errors
    assert not Definition.objects.filter(version=2).exists()


@pytest.mark.shows("REP-05")
def test_a_definition_cannot_start_in_a_signed_month(scored, manager, analyst):
    services.freeze("2026-10", by=manager)
    params = Definition.objects.get(version=1).params

    with pytest.raises(services.definitions.Refusal, match="2026-11"):
        services.add_definition(params=params, starts_month="2026-10", by=analyst)


@pytest.mark.shows("CHU-01", "CHU-03")
def test_warnings_put_the_most_money_first_and_say_why(scored, login, owner, shop):
    page = login(owner).get(reverse("scores:warnings"))

    rows = page.context["rows"]
    money = [row["standing"].at_stake_minor for row in rows]
    assert money == sorted(money, reverse=True)
    assert all(row["standing"].stage in ("at_risk", "silent") or row["standing"].risk == "high" for row in rows)
    assert shop["fader"].name in page.content.decode()
    usual = round(Standing.objects.get(customer=shop["fader"]).typical_gap_days)
    assert f"通常每 {usual} 天下一单，这次已经 199 天。" in page.content.decode()
    printed = login(owner).get(reverse("scores:warnings") + "?print=1&stage=silent&stars=3")
    assert printed.status_code == 200


def test_the_pages_read_well_in_english(scored, login, owner, shop):
    browser = login(owner)
    names = "|".join(re.escape(customer.name) for customer in shop.values())
    addresses = [*map(reverse, PAGES), *(reverse(name, args=[shop["steady"].pk]) for name in OF_A_CUSTOMER)]
    for address in addresses:
        page = browser.get(address, headers={"Accept-Language": "en", "HX-Request": "true"}).content.decode()
        text = re.sub(rf"{names}|方圆|于佳|机械|华东销售部|<[^>]*>", "", page)
        assert not re.search(r"[\u4e00-\u9fff，。；：]", text), (
            address,
            re.findall(r".{20}[\u4e00-\u9fff，。；：].{20}", text)[:3],
        )


@pytest.mark.parametrize(("name", "most"), [("scores:value", 60), ("scores:customers", 20), ("scores:warnings", 22)])
def test_the_number_of_queries_does_not_grow_with_customers(
    scored, login, owner, name, most, django_assert_max_num_queries
):
    browser = login(owner)
    browser.get(reverse(name))

    with django_assert_max_num_queries(most):
        browser.get(reverse(name))


@pytest.mark.shows("LIF-01", "LIF-08", "TIE-12")
def test_the_history_says_every_month_and_every_change(scored, login, owner, manager, shop):
    address = reverse("scores:history", args=[shop["newcomer"].pk])

    page = login(owner).get(address)

    assert [(one["month"], one["stage"]) for one in page.context["months"]] == [
        ("2026-11", "activated"),
        ("2026-10", "activated"),
    ]
    fader = login(owner).get(reverse("scores:history", args=[shop["fader"].pk]))
    stages = {one["month"]: one["stage"] for one in fader.context["months"]}
    changes = [(one.month, one.before, one.after) for one in fader.context["changes"] if one.field == "stage"]
    told = {month: after for month, _before, after in changes}
    assert all(stages[month] == after for month, after in told.items())
    assert "总分" not in page.content.decode()
    assert "总分" in login(manager).get(address).content.decode()
