"""The list: filters, orders, pages by key, columns; the same rule on profit everywhere."""

import datetime as dt
import random

import pytest
from django.http import QueryDict

from holdfast.foundation.accounts import services as accounts
from holdfast.records.customers import queries, services
from holdfast.records.customers.models import Customer, Standing
from holdfast.records.customers.queries import listing
from holdfast.records.customers.queries.listing.sorts import ANNOTATED, SORTS
from holdfast.records.customers.tests.factories import CustomerFactory, StandingFactory

pytestmark = pytest.mark.django_db


def _names(viewer, query=""):
    return [row.customer.name for row in queries.customer_list(viewer, QueryDict(query)).rows]


@pytest.fixture
def ledger(owner, manager):
    """Five customers of the owner that can be told apart by every filter."""
    made = [
        {"name": "甲精密", "province": "江苏", "city": "苏州", "industry": "精密加工", "tags": ["老客户"]},
        {"name": "乙纺织", "province": "江苏", "city": "无锡", "industry": "纺织", "channel": "distributor"},
        {"name": "丙食品", "province": "浙江", "city": "杭州", "industry": "食品"},
        {"name": "丁个体", "kind": "person", "city": "苏州"},
        {"name": "戊新建"},
    ]
    customers = [CustomerFactory(owner=owner, **row) for row in made]
    day = dt.date.today
    scores = [
        {"stars": 5, "stage": "mature", "movement": "stable", "risk": "low", "revenue_12m_minor": 90_000_00, "profit_12m_minor": 30_000_00,
         "last_on": day() - dt.timedelta(days=10), "orders_12m": 12, "score": 88.0, "revenue_class": "A"},
        {"stars": 4, "stage": "declining", "movement": "declining", "risk": "high", "revenue_12m_minor": 50_000_00,
         "profit_12m_minor": 5_000_00, "at_stake_minor": 30_000_00, "last_on": day() - dt.timedelta(days=80), "orders_12m": 5,
         "score": 61.0, "revenue_class": "B"},
        {"stars": 3, "stage": "silent", "movement": "lost", "risk": "high", "revenue_12m_minor": 10_000_00, "profit_12m_minor": None,
         "at_stake_minor": 8_000_00, "last_on": day() - dt.timedelta(days=200), "orders_12m": 1, "score": 44.0, "revenue_class": "C"},
        {"stars": None, "stars_hint": 2, "stage": "identified", "movement": "", "risk": "", "is_provisional": True},
    ]  # fmt: skip
    for customer, row in zip(customers, scores, strict=False):
        StandingFactory(customer=customer, **row)
    return customers


@pytest.mark.shows("ARC-10")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("stars=5&stars=4", {"甲精密", "乙纺织"}),
        ("stars=0", {"戊新建"}),
        ("stars=2", {"丁个体"}),
        ("provisional=0", {"甲精密", "乙纺织", "丙食品"}),
        ("provisional=0&provisional=1", {"甲精密", "乙纺织", "丙食品", "丁个体"}),
        ("stage=silent", {"丙食品"}),
        ("movement=declining&movement=lost", {"乙纺织", "丙食品"}),
        ("risk=high", {"乙纺织", "丙食品"}),
        ("region=江苏", {"甲精密", "乙纺织"}),
        ("region=苏州", {"甲精密", "丁个体"}),
        ("industry=纺织", {"乙纺织"}),
        ("channel=distributor", {"乙纺织"}),
        ("kind=person", {"丁个体"}),
        ("class=A", {"甲精密"}),
        ("provisional=1", {"丁个体"}),
        ("revenue_min=50000", {"甲精密", "乙纺织"}),
        ("revenue_min=10000&revenue_max=50,000", {"乙纺织", "丙食品"}),
        ("stake_min=1", {"乙纺织", "丙食品"}),
        ("idle_min=60", {"乙纺织", "丙食品"}),
        ("idle_max=60", {"甲精密"}),
        ("orders_min=5", {"甲精密", "乙纺织"}),
        ("owner=me", {"甲精密", "乙纺织", "丙食品", "丁个体", "戊新建"}),
        ("owner=none", set()),
        ("q=精密", {"甲精密"}),
        ("q=jingmi&stars=5", {"甲精密"}),
        ("stars=5&risk=high", set()),
        ("stars=nonsense", set()),
        ("archived=1", set()),
        ("unknown=1&revenue_min=much", {"甲精密", "乙纺织", "丙食品", "丁个体", "戊新建"}),
    ],
)
def test_a_filter_leaves(owner, ledger, query, names):
    assert set(_names(owner, query)) == names


def test_a_tag_a_department_and_an_owner_can_be_chosen(manager, owner, ledger):
    tag = ledger[0].tags.get()
    below = accounts.add_department("苏南组", parent=owner.department, by=None)
    inside = CustomerFactory(owner=None, department=below, name="下级的")

    assert _names(manager, f"tag={tag.pk}") == ["甲精密"]
    assert "下级的" in _names(manager, f"department={owner.department_id}")
    assert _names(manager, f"department={below.pk}") == [inside.name]
    assert len(_names(manager, f"owner={owner.pk}")) == 5
    assert _names(manager, "owner=none") == ["下级的"]


def test_every_applied_filter_is_a_chip_in_words(owner, ledger):
    page = queries.customer_list(owner, QueryDict("stars=5&stars=4&risk=high&revenue_min=30000&idle_max=60&q=甲"))

    assert [(chip.label, chip.value) for chip in page.filters.chips] == [
        ("搜索", "「甲」"),
        ("星级", "4 星以上"),
        ("风险", "高"),
        ("近 12 月收入", "≥ ¥3.0 万"),
        ("距上次下单", "≤ 60 天"),
    ]


def test_archived_customers_stand_apart(owner, ledger):
    services.archive_customers([ledger[0]], by=owner)

    assert "甲精密" not in _names(owner)
    assert _names(owner, "archived=1") == ["甲精密"]


PROFIT = ["margin_min=20", "margin_max=15", "profit_min=10000", "score_min=60"]


@pytest.mark.shows("ARC-12")
@pytest.mark.parametrize("query", PROFIT)
def test_profit_filters_work_only_for_those_who_see_profit(manager, owner, ledger, query):
    assert len(_names(manager, query)) < 5

    page = queries.customer_list(owner, QueryDict(query))
    assert len(page.rows) == 5
    assert page.filters.chips == []


def test_margins_are_found_by_percent(manager, ledger):
    assert _names(manager, "margin_min=33") == ["甲精密"]
    assert _names(manager, "margin_min=10&margin_max=10") == ["乙纺织"]


@pytest.mark.shows("ARC-12")
@pytest.mark.parametrize("name", ["profit", "score"])
def test_profit_orders_and_columns_are_refused_likewise(manager, owner, ledger, name):
    theirs = queries.customer_list(manager, QueryDict(f"sort={name}&cols=profit,margin,five,score,stars"))
    ours = queries.customer_list(owner, QueryDict(f"sort={name}&cols=profit,margin,five,score,stars"))

    assert theirs.sort.name == name
    assert [column.name for column in theirs.columns] == ["stars", "five", "margin", "profit", "score"]
    assert ours.sort.name == "stake"
    assert [column.name for column in ours.columns] == ["stars"]


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("stake", ["乙纺织", "丙食品", "丁个体", "甲精密", "戊新建"]),
        ("revenue", ["甲精密", "乙纺织", "丙食品", "丁个体", "戊新建"]),
        ("stars", ["甲精密", "乙纺织", "丙食品", "丁个体", "戊新建"]),
        ("recent", ["甲精密", "乙纺织", "丙食品", "戊新建", "丁个体"]),
        ("idle", ["丙食品", "乙纺织", "甲精密", "戊新建", "丁个体"]),
        ("new", ["戊新建", "丁个体", "丙食品", "乙纺织", "甲精密"]),
        ("old", ["甲精密", "乙纺织", "丙食品", "丁个体", "戊新建"]),
    ],
)
def test_the_list_stands_in_order_and_those_without_a_value_come_last(owner, ledger, sort, names):
    assert _names(owner, f"sort={sort}") == names


def _many(owner, count=60):
    chance = random.Random(7)
    customers = services.add_customers(
        [{"name": f"客户{number % 9}", "owner": owner} for number in range(count)], by=None
    )
    Standing.objects.bulk_create(
        Standing(
            customer=customer, month="2026-10", as_of=dt.date(2026, 11, 22), stars=chance.choice([None, 1, 1, 3]),
            stars_hint=chance.choice([None, 2, 3]),
            at_stake_minor=chance.choice([0, 0, 5, 7]), revenue_12m_minor=chance.choice([0, 100]), orders_12m=chance.choice([0, 2]),
            last_on=chance.choice([None, dt.date(2026, 1, 1), dt.date(2026, 5, 5)]), score=chance.choice([None, 1.5, 0.1]),
            profit_12m_minor=chance.choice([None, 3, 4]),
        )
        for customer in customers[: count * 3 // 4]
    )  # fmt: skip
    return {customer.pk for customer in customers}


@pytest.mark.parametrize("sort", [sort.name for sort in SORTS])
def test_paging_forth_and_back_meets_everybody_once(owner, admin, sort):
    everybody = _many(owner)
    forth, cursor = [], ""
    while True:
        page = queries.customer_list(admin, {"sort": sort, "after": cursor}, size=7)
        forth.append([row.customer.pk for row in page.rows])
        if not page.next:
            break
        cursor = page.next
    back = [forth[-1]]
    while page.previous:
        page = queries.customer_list(admin, {"sort": sort, "before": page.previous}, size=7)
        back.append([row.customer.pk for row in page.rows])
        assert page.first_place == 1 + 7 * (len(forth) - len(back))

    met = [pk for page in forth for pk in page]
    assert len(met) == len(set(met)) == len(everybody)
    assert set(met) == everybody
    assert back[::-1] == forth


NONSENSE = [
    "x", "i~", "i12", "d2026~1~2", "i9~9", "~~~", "z1~2~3", "i1~99999999999999999999~1", "\x00", "i5~1~1", "tname~1~1", "fnan~1~1",
    "f1e999~1~1", "d2026-01-01~1~1", "n~1~1", "i-5~-5~-5",
]  # fmt: skip


@pytest.mark.parametrize("sort", [sort.name for sort in SORTS])
def test_a_nonsense_cursor_breaks_no_order(admin, ledger, sort):
    for cursor in NONSENSE:
        for way in ("after", "before"):
            assert len(queries.customer_list(admin, {way: cursor, "sort": sort}).rows) <= 5


def test_a_cursor_of_another_order_is_the_first_page(admin, ledger):
    assert len(queries.customer_list(admin, {"after": "tname~1~1", "sort": "stake"}).rows) == 5


@pytest.mark.shows("ARC-12")
def test_everybody_sees_only_their_customers(owner, teammate, stranger, manager, admin, ledger):
    assert len(_names(owner)) == len(_names(manager)) == len(_names(admin)) == 5
    assert _names(teammate) == _names(stranger) == []


def test_rows_take_a_fixed_number_of_queries(owner, django_assert_max_num_queries):
    _many(owner, 40)
    owner.sees_profit  # noqa: B018 - roles are read once per request

    with django_assert_max_num_queries(3):
        page = queries.customer_list(owner, {"sort": "recent", "cols": "stars,rhythm,owner"})
        assert [(row.customer.owner.name, row.rhythm_words.text) for row in page.rows]
    with django_assert_max_num_queries(5):
        page = queries.customer_list(owner, {"sort": "recent", "cols": "tags,department,owner"})
        assert [[*row.customer.tags.all()] for row in page.rows]


def test_a_room_above_may_bring_a_column(owner, ledger):
    registered = listing.columns._registered
    before = list(registered)
    column = listing.Column("next_step", "下一步", load=lambda viewer, keys: {keys[0]: "11-23 致电"})
    listing.register_column(column)
    try:
        page = queries.customer_list(owner, {"cols": "stars,next_step"})
    finally:
        registered[:] = before

    assert [column.name for column in page.columns] == ["stars", "next_step"]
    assert [row.extras["next_step"] for row in page.rows] == ["11-23 致电", "", "", "", ""]


def test_the_tabs_count_cheaply_and_mark_the_one_that_is_open(owner, stranger, ledger):
    accounts.save_view("customers", "江苏", "region=江苏", by=owner)

    tabs = listing.tabs_for(owner, QueryDict("stars=5&sort=revenue"))

    counts = listing.tab_counts(owner)
    assert [(tab.title, counts.get(tab.key, "")) for tab in tabs] == [
        ("全部", ""), ("我负责的", "5"), ("重点盯防", "2"), ("五星客户", "1"), ("下降中", "1"), ("沉默与将流失", "1"), ("江苏", ""),
    ]  # fmt: skip
    assert [tab.key for tab in tabs if tab.is_counted] == list(counts)
    assert [tab.key for tab in tabs if tab.is_active] == ["five"]
    assert len(listing.tabs_for(stranger, QueryDict(""))) == 6


def test_an_order_by_money_or_stars_walks_down_its_index(admin):
    """However many customers there are: without an index every page would sort them all."""
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("plans are SQLite's here")
    customers = Customer.objects.filter(standing__isnull=False, archived_at=None).select_related("standing")
    money = customers.order_by("-standing__at_stake_minor", "-standing__customer_id")
    stars = customers.annotate(**ANNOTATED).filter(shown_stars__isnull=False)
    stars = stars.order_by("-shown_stars", "standing__customer_id")

    assert "USE TEMP B-TREE" not in money[:51].explain()
    assert "USE TEMP B-TREE" not in stars[:51].explain()
