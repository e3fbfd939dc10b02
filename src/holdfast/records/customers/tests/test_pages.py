"""Pages of the list: who sees what, the same with and without HTMX."""

import io

import pytest
from django.urls import reverse
from django.utils import translation
from python_calamine import CalamineWorkbook

from holdfast.foundation.accounts.models import SavedView
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit.models import Change
from holdfast.records.customers.models import Customer
from holdfast.records.customers.tests.factories import CustomerFactory, StandingFactory

pytestmark = pytest.mark.django_db
LIST = "/customers/"


@pytest.fixture
def suzhou(owner):
    customer = CustomerFactory(
        owner=owner, name="苏州澄光精密机械", city="苏州", phone="0512-62345678", industry="精密加工", tags=["重点"],
        contacts=[{"name": "王建国", "phone": "13862116621"}],
    )  # fmt: skip
    StandingFactory(customer=customer, stars=5, revenue_12m_minor=68_200_000, profit_12m_minor=21_278_400, score=88.5)
    return customer


@pytest.mark.shows("ARC-12")
def test_the_owner_sees_the_customer_and_a_stranger_does_not(login, owner, stranger, suzhou):
    assert suzhou.name in login(owner).get(LIST).content.decode()
    assert suzhou.name not in login(stranger).get(LIST).content.decode()


def test_without_the_right_there_is_no_list(login):
    assert login(UserFactory(role=None)).get(LIST).status_code == 403


def test_the_fragment_is_that_part_of_the_page(login, owner, suzhou):
    client = login(owner)

    page = client.get(LIST).content.decode()
    fragment = client.get(LIST, headers={"HX-Request": "true"}).content.decode()

    assert fragment.strip().startswith('<div id="customers"')
    start = page.index('<div id="customers"')
    assert _without_token(fragment).strip() in _without_token(page[start:])


def _without_token(html):
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", html)


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_takes_the_same_queries_however_many_rows(login, owner, django_assert_num_queries, count):
    for _turn in range(count):
        StandingFactory(customer=CustomerFactory(owner=owner))
    client = login(owner)
    client.get(LIST)

    with django_assert_num_queries(9):
        client.get(LIST)


def test_the_address_is_brought_to_its_one_spelling(login, owner):
    answer = login(owner).get(LIST, {"q": "", "stars": ["5", "5"], "col": ["stars", "tags"]})

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/customers/?stars=5&cols=stars%2Ctags"


def test_nothing_found_offers_to_take_a_filter_away(login, owner, suzhou):
    html = login(owner).get(LIST, {"stars": "1"}).content.decode()

    assert "没有符合的客户" in html
    assert 'href="/customers/"' in html


def test_an_empty_company_is_told_how_to_begin(login, owner):
    assert "还没有客户" in login(owner).get(LIST).content.decode()


@pytest.mark.shows("ARC-12")
def test_profit_is_shown_only_to_those_who_see_it(login, owner, manager, suzhou):
    theirs = login(manager).get(LIST, {"cols": "profit,margin,five,score"}).content.decode()
    ours = login(owner).get(LIST, {"cols": "profit,margin,five,score"}).content.decode()

    assert "212,784" in theirs
    assert "31.2%" in theirs
    assert "212,784" not in ours
    assert "31.2%" not in ours
    assert "毛利" not in login(owner).get("/customers/filters/").content.decode()
    assert "毛利" not in login(owner).get("/customers/columns/").content.decode()


@pytest.mark.parametrize("place", ["filters", "columns", "views"])
def test_the_small_pages_carry_the_address_along(login, owner, suzhou, place):
    answer = login(owner).get(f"/customers/{place}/", {"stars": "5", "sort": "revenue", "cols": "stars,tags"})

    html = answer.content.decode()
    assert answer.status_code == 200
    assert "revenue" in html
    fragment = login(owner).get(f"/customers/{place}/", {"stars": "5"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment


def test_names_are_escaped(login, owner):
    CustomerFactory(owner=owner, name="<script>alert(1)</script>")

    assert "<script>alert(1)" not in login(owner).get(LIST).content.decode()


# --- saved views --------------------------------------------------------------------------------------------------
def test_a_view_keeps_filters_order_and_columns(login, owner, suzhou):
    client = login(owner)

    answer = client.post(
        "/customers/views/", {"name": "江苏五星", "query": "stars=5&sort=revenue&cols=stars&after=x&view=3"}
    )

    view = SavedView.objects.get()
    assert view.query == "stars=5&sort=revenue&cols=stars"
    assert answer.headers["Location"] == f"/customers/?stars=5&sort=revenue&cols=stars&view={view.pk}"
    assert "江苏五星" in client.get(answer.headers["Location"]).content.decode()


def test_a_view_without_a_name_is_refused_and_sharing_needs_the_right(login, owner, manager):
    answer = login(owner).post("/customers/views/", {"name": "", "query": "stars=5"})
    assert answer.status_code == 422
    assert "请给视图起个名称" in answer.content.decode()

    login(owner).post("/customers/views/", {"name": "甲", "query": "", "shared": "on"})
    login(manager).post("/customers/views/", {"name": "乙", "query": "", "shared": "on"})
    assert dict(SavedView.objects.values_list("name", "is_shared")) == {"甲": False, "乙": True}


def test_only_ones_own_view_can_be_removed(login, owner, manager):
    login(manager).post("/customers/views/", {"name": "乙", "query": "", "shared": "on"})
    view = SavedView.objects.get()

    assert login(owner).post(f"/customers/views/{view.pk}/delete/").status_code == 404
    assert login(manager).post(f"/customers/views/{view.pk}/delete/").status_code == 302
    assert not SavedView.objects.exists()


# --- several at once ----------------------------------------------------------------------------------------------
def _bulk(client, action, customers, **more):
    return client.post("/customers/bulk/", {"action": action, "pk": [customer.pk for customer in customers], **more})


def test_customers_are_handed_over_together(login, manager, teammate, owner, suzhou):
    other = CustomerFactory(owner=owner)
    client = login(manager)

    asked = _bulk(client, "assign", [suzhou, other], back="/customers/?stars=5")
    assert asked.status_code == 200
    assert "转交 2 位客户" in asked.content.decode()
    done = _bulk(
        client, "assign", [suzhou, other], is_asked="1", to=teammate.pk, reason="调整", back="/customers/?stars=5"
    )

    assert done.headers["Location"] == "/customers/?stars=5"
    assert set(Customer.objects.values_list("owner", flat=True)) == {teammate.pk}


def test_a_hand_over_without_a_person_is_refused_on_its_field(login, manager, suzhou):
    answer = _bulk(login(manager), "assign", [suzhou], is_asked="1", to="")

    assert answer.status_code == 422
    assert "请选择一位同事" in answer.content.decode()


@pytest.mark.shows("ARC-12")
def test_what_one_may_not_see_or_do_is_not_done_together_either(login, owner, stranger, suzhou):
    assert _bulk(login(owner), "assign", [suzhou]).status_code == 403
    assert _bulk(login(owner), "export", [suzhou]).status_code == 403
    assert _bulk(login(owner), "nonsense", [suzhou]).status_code == 403

    answer = _bulk(login(stranger), "tag", [suzhou], is_asked="1", tag="我的")
    assert answer.status_code == 302
    assert [tag.name for tag in suzhou.tags.all()] == ["重点"]


def test_customers_are_tagged_and_archived_together(login, owner, suzhou):
    client = login(owner)

    _bulk(client, "tag", [suzhou], is_asked="1", tag="年底回访")
    _bulk(client, "archive", [suzhou], is_asked="1")

    suzhou.refresh_from_db()
    assert {tag.name for tag in suzhou.tags.all()} == {"重点", "年底回访"}
    assert suzhou.is_archived


def test_nothing_chosen_says_so_and_a_foreign_way_back_is_not_taken(login, owner):
    answer = login(owner).post("/customers/bulk/", {"action": "tag", "back": "https://elsewhere.example/"}, follow=True)

    assert answer.redirect_chain == [(reverse("customers:list"), 302)]
    assert "没有选中客户" in answer.content.decode()


# --- export -------------------------------------------------------------------------------------------------------
def _cells(answer):
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    heads, *rows = book.get_sheet_by_index(0).to_python()
    return [dict(zip(heads, row, strict=True)) for row in rows]


@pytest.mark.shows("ARC-12")
def test_an_export_holds_what_one_sees_and_is_recorded(login, manager, stranger, suzhou):
    CustomerFactory(owner=stranger, name="别人的")
    CustomerFactory(owner=suzhou.owner, name="四星的")

    answer = login(manager).post("/customers/export/?stars=5", {"format": "xlsx"})

    [row] = _cells(answer)
    assert (row["名称"], row["电话"], row["联系人电话"], row["标签"]) == (
        suzhou.name,
        "0512-62345678",
        "13862116621",
        "重点",
    )
    assert (row["近 12 月收入"], row["近 12 月毛利"]) == (682_000, 212_784)
    change = Change.objects.get(verb="export")
    assert (change.actor, change.after["rows"], change.after["filter"]) == (manager, 1, {"stars": ["5"]})


@pytest.mark.shows("ARC-12")
def test_an_export_leaves_profit_out_for_those_who_do_not_see_it(login, suzhou):
    service = UserFactory(role="service_manager")

    [row] = _cells(login(service).post("/customers/export/", {"format": "xlsx"}))

    assert "近 12 月收入" in row
    assert not [heading for heading in row if "毛利" in heading or "得分" in heading]


def test_an_export_needs_its_right_and_a_post(login, owner, manager, suzhou):
    assert login(owner).post("/customers/export/").status_code == 403
    assert login(manager).get("/customers/export/").status_code == 405


def test_an_export_neutralises_formulas(login, manager, owner):
    CustomerFactory(owner=owner, name='=HYPERLINK("http://x")')

    text = b"".join(login(manager).post("/customers/export/", {"format": "csv"}).streaming_content).decode("utf-8-sig")

    assert ",=HYPERLINK" not in text
    assert "'=HYPERLINK" in text


def test_the_chosen_ones_are_exported_alone(login, manager, owner, suzhou):
    CustomerFactory(owner=owner, name="没选的")

    assert [row["名称"] for row in _cells(_bulk(login(manager), "export", [suzhou]))] == [suzhou.name]


def test_too_many_rows_are_refused_with_what_to_do(login, manager, suzhou, monkeypatch):
    monkeypatch.setattr("holdfast.records.customers.views.exports.MOST_ROWS", 0)

    answer = login(manager).post("/customers/export/?stars=5", follow=True)

    assert "请加条件后再导出" in answer.content.decode()
    assert not Change.objects.filter(verb="export").exists()


def test_the_page_is_english_for_those_who_read_english(login, manager, suzhou):
    suzhou.owner.name = "Ann"
    suzhou.owner.save()
    Customer.objects.update(name="Suzhou Chengguang", city="Suzhou", industry="Machines")
    manager.language = "en"
    manager.save()

    html = login(manager).get(LIST, {"stars": "5", "cols": "stars,stage,movement,rhythm,risk,owner"}).content.decode()

    with translation.override("en"):
        assert "Suzhou Chengguang" in html
        assert "most money at stake first" in html
        start, end = html.index("<thead>"), html.index("</table>")
        assert not [letter for letter in html[start:end] if "\u4e00" <= letter <= "\u9fff"]


def test_the_counts_of_the_tabs_come_apart_and_are_kept_for_a_minute(login, owner):
    CustomerFactory(owner=owner)

    page, counts = (
        login(owner).get("/customers/"),
        login(owner).get("/customers/counts/", headers={"HX-Request": "true"}),
    )

    assert 'hx-get="/customers/counts/"' in page.content.decode()
    assert '<span id="count-mine"></span>' in page.content.decode()
    assert '<span id="count-mine" hx-swap-oob="true">1</span>' in counts.content.decode()
    assert set(counts.headers["Cache-Control"].split(", ")) == {"max-age=60", "private"}
    assert "Cookie" in counts.headers["Vary"]


def test_on_a_phone_customers_are_ticked_for_the_same_actions_as_in_the_table(login, owner):
    customer = CustomerFactory(owner=owner)

    page = login(owner).get("/customers/").content.decode()

    card = page.partition('class="phone-list')[2].partition("</a></div>")[0]
    assert f'data-select name="pk" value="{customer.pk}" form="bulk"' in card
    assert '<div class="bulk" data-selection-bar' in page
