"""Pages that show how customers keep their word, what time is worth, and what lies ahead."""

import pytest
from django.urls import reverse

from holdfast.insight.scores import queries, services
from holdfast.insight.scores.models import Run
from holdfast.insight.scores.queries import cards
from holdfast.insight.scores.tests.conftest import bills, spends
from holdfast.insight.scores.views.paid import reach
from holdfast.records.commerce.models import Invoice
from holdfast.records.customers.models import Standing

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOVEMBER = "2026-11"


@pytest.fixture
def scored_now(known):
    services.score_month(NOVEMBER)
    return known


def card_page(browser, customer):
    return browser.get(reverse("scores:card", args=[customer.pk])).content.decode()


@pytest.mark.shows("T7", "CRE-01", "TIE-03")
def test_the_card_shows_integrity_and_efficiency_with_their_inputs_and_how(scored_now, login, manager):
    page = card_page(login(manager), scored_now["steady"])

    assert "付款指数 90，平均早 20 天付款" in page
    assert "用了 5.0 小时，每小时毛利" in page
    assert "其中 2.0 小时按平常用时估计" in page
    assert page.count("怎么算的") >= 4
    assert "付款指数占 55%、兑现承诺 20%、争议 15%、退货 10%" in page
    assert "全年标准 1,920 小时" in page


@pytest.mark.shows("CRE-05")
def test_the_credit_limit_is_proposed_line_by_line(scored_now, login, owner):
    page = card_page(login(owner), scored_now["riser"])

    row = services.scoring.read_month(Run.objects.get(month=NOVEMBER)).to_pylist()
    riser = next(one for one in row if one["customer_id"] == scored_now["riser"].pk)
    limit = round(riser["revenue_12m_minor"] * 30 / 365 * 1.2 / 100)
    assert "× 平均账期 30 天" in page
    assert "× 付款指数 80 对应的 1.2" in page
    assert f"{limit:,}" in page
    assert "只供审批参考" in page


@pytest.mark.shows("CRE-01", "CRE-04")
def test_a_gate_is_said_on_the_card_and_no_higher_star_is_promised(scored_now, login, manager, owner):
    bills(scored_now["steady"], beyond=None, count=1, owner=owner, start="2026-06-01")
    services.score_month(NOVEMBER)

    page = card_page(login(manager), scored_now["steady"])

    assert "有款逾期超过 90 天，星级最高 2 星" in page
    assert "升为" not in page
    assert Standing.objects.get(customer=scored_now["steady"]).stars == 2


@pytest.mark.shows("TIE-02")
def test_who_may_not_see_profit_reads_neither_hours_worth_nor_value(scored_now, login, owner):
    assert not owner.sees_profit

    page = card_page(login(owner), scored_now["steady"])

    assert "每小时毛利" not in page
    assert "12 个月价值" not in page
    assert "付款指数 90" in page
    assert "天内不下单的可能" in page


def test_without_invoices_the_card_says_so_and_has_no_payment_section(shop, login, owner):
    services.score_month(NOVEMBER)

    page = card_page(login(owner), shop["steady"])

    assert "还没有回款记录，不评" in page
    assert 'id="payment"' not in page


def test_little_evidence_is_said_in_numbers(shop, login, manager, owner):
    bills(shop["steady"], beyond=0, count=2, owner=owner)
    spends(shop["steady"], owner, 60)
    services.score_month(NOVEMBER)

    page = card_page(login(manager), shop["steady"])

    assert "只有 2 张发票付清或到期，不足 3 张，不评" in page
    assert "近 12 个月只有 1.0 小时，不足 2 小时，不评" in page


@pytest.mark.shows("CHU-02")
def test_the_card_and_the_warnings_say_how_likely_no_order_is(scored_now, login, owner):
    run = Run.objects.get(month=NOVEMBER)
    chances = queries.leaving_chances(run, [scored_now["fader"].pk, scored_now["newcomer"].pk, 10**9])

    page = card_page(login(owner), scored_now["fader"])
    warnings = login(owner).get(reverse("scores:warnings"))

    assert set(chances) == {scored_now["fader"].pk, scored_now["newcomer"].pk}
    assert all(0 <= chance <= 1 for chance in chances.values())
    assert f"{chances[scored_now['fader'].pk]:.0%}" in page
    rows = {one["customer"]: one["leaves"] for one in warnings.context["rows"]}
    assert rows[scored_now["fader"]] == chances[scored_now["fader"].pk]
    assert "只下过一单，还说不准" in card_page(login(owner), scored_now["newcomer"])
    assert queries.leaving_chances(None, [1]) == {}


@pytest.mark.shows("CRE-06")
def test_the_most_trusted_stand_in_order_without_those_a_gate_holds(scored_now, login, owner, stranger, manager):
    run = Run.objects.get(month=NOVEMBER)

    found = [one["customer_id"] for one in queries.most_trusted(run)]

    assert found == [scored_now[name].pk for name in ("steady", "riser", "skipper")]
    assert [one["customer_id"] for one in queries.most_trusted(run, owner, 1)] == [scored_now["steady"].pk]
    assert queries.most_trusted(run, stranger) == []
    page = login(manager).get(reverse("scores:value"))
    assert [one["customer"].pk for one in page.context["trusted"]] == found
    assert "最守信的十位" in page.content.decode()


@pytest.mark.shows("CHU-02", "CHU-03")
def test_the_reasons_of_the_chance_add_up_to_it_exactly(scored_now, login, owner):
    page = login(owner).get(reverse("scores:card", args=[scored_now["fader"].pk]))

    ahead = page.context["ahead"]
    why = ahead["why"]
    added = why["base"] + sum(part["points"] for part in why["parts"]) / 100
    assert added == pytest.approx(ahead["leave"], abs=2e-6)
    assert why["total"] == pytest.approx(ahead["leave"], abs=2e-6)
    text = page.content.decode()
    assert "公司的典型客户" in text
    assert "天没有下单" in text
    assert ahead["range"][0] <= ahead["range"][1]


def test_a_month_of_an_earlier_version_shows_neither_reasons_nor_ranges(scored_now, login, manager, monkeypatch):
    kept = cards.read_customer
    gone = ("why_", "purchases_p", "value_12m_p")
    monkeypatch.setattr(
        cards, "read_customer",
        lambda *given: {name: None if name.startswith(gone) else value for name, value in kept(*given).items()},
    )  # fmt: skip

    page = login(manager).get(reverse("scores:card", args=[scored_now["fader"].pk]))

    assert page.status_code == 200
    ahead = page.context["ahead"]
    assert (ahead["why"], ahead["range"], ahead["value_range"]) == (None, None, None)
    assert ahead["value"] is not None


def test_the_definition_page_tells_the_settings_of_integrity(scored_now, login, owner):
    page = login(owner).get(reverse("scores:definitions")).content.decode()

    assert "3 张发票付清或到期；不足 10 张向平均靠拢" in page
    assert "逾期超过 90 天，或 730 天内有核销" in page


def test_every_new_word_is_there_in_english(scored_now, login, manager):
    manager.language = "en"
    manager.save()

    page = card_page(login(manager), scored_now["steady"])

    for words in ("Integrity and payments", "Suggested credit limit", "The next twelve months", "pays 20 days early"):
        assert words in page


@pytest.mark.shows("CRE-01", "CRE-04")
def test_the_payment_history_is_drawn_and_every_bar_opens_its_invoice(scored_now, login, owner):
    page = login(owner).get(reverse("scores:card", args=[scored_now["fader"].pk]))

    drawn = page.context["paid"]
    invoices = list(Invoice.objects.filter(customer=scored_now["fader"]))
    late = [one for one in invoices if one.paid_on is None]
    assert (drawn["n"], drawn["paid"], drawn["open"]) == (len(invoices), len(invoices) - len(late), len(late))
    for one in invoices:
        assert drawn["picture"].count(f'href="{one.get_absolute_url()}"') == 1
        assert one.number in drawn["picture"]
    assert drawn["picture"].count("url(#owed)") == len(late) == 1
    assert "style=" not in drawn["picture"]
    assert 'class="pay-strip"' in page.content.decode()
    panel = (
        login(owner)
        .get(reverse("scores:card", args=[scored_now["fader"].pk]), headers={"HX-Request": "true"})
        .content.decode()
    )
    assert "pay-strip" not in panel


def test_a_name_that_looks_like_markup_stays_text_in_the_picture(scored_now, login, owner):
    one = Invoice.objects.filter(customer=scored_now["steady"]).first()
    Invoice.objects.filter(pk=one.pk).update(number='<b onclick="x">&')

    page = card_page(login(owner), scored_now["steady"])

    assert "<b onclick" not in page
    assert "&lt;b onclick" in page


def test_one_odd_invoice_does_not_flatten_the_others():
    assert reach([-3, 2, 5, -8, 4, 1, 6, -2, 3, -180]) == 15
    assert reach([40] * 9 + [170]) == 60
    assert reach([400] * 5) == 180
