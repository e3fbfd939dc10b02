"""Found by part of a name, a phone's figures, a contact, pinyin or initials; on both databases."""

import pytest
from django.db import connection, transaction

from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.records.customers import queries, services
from holdfast.records.customers.migrations import _search
from holdfast.records.customers.models import Collaborator, Customer, Pool, PoolMember, SearchEntry
from holdfast.records.customers.queries import listing, search
from holdfast.records.customers.tests.factories import ContactFactory, CustomerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def suzhou(owner):
    return CustomerFactory(
        owner=owner, name="苏州澄光精密机械有限公司", short_name="澄光", phone="0512-62345678", email="info@szcg.cn",
        contacts=[{"name": "单建国", "phone": "138 6211 6621"}],
    )  # fmt: skip


@pytest.mark.shows("ARC-10")
@pytest.mark.parametrize(
    "typed",
    ["澄光", "密机", "精密机械", "szcg", "SZCGJM", "chengguang", "单建", "sjg", "shanjianguo", "6621", "211", "1386211",
     "0512 6234", "+86 138-6211-6621", "info@szcg.cn", "c000001", "苏州 单建国"],
)  # fmt: skip
def test_a_customer_is_found_by(owner, suzhou, typed):
    CustomerFactory(owner=owner, name="无锡远帆纺织", phone="13900001111")

    assert queries.search_customers(owner, typed) == [suzhou]


@pytest.mark.parametrize(
    "typed", ["", "  ", "——", "'", '"', "%", "a' OR 1=1 --", "澄光 无锡", "密精", "13866216621", "\x00"]
)
def test_what_does_not_match_finds_nobody_and_breaks_nothing(owner, suzhou, typed):
    assert queries.search_customers(owner, typed) == []


def test_two_characters_are_enough_and_pairs_found_apart_are_not(owner):
    apart = CustomerFactory(owner=owner, name="王建酒店", short_name="建国饭店")
    together = CustomerFactory(owner=owner, name="王建国商行")

    assert queries.search_customers(owner, "建国") == [together, apart]
    assert queries.search_customers(owner, "王建国") == [together]


@pytest.mark.shows("ARC-12")
def test_everybody_finds_only_what_they_may_see(owner, teammate, stranger, manager, suzhou):
    assert queries.search_customers(manager, "澄光") == [suzhou]
    assert queries.search_customers(teammate, "澄光") == []
    assert queries.search_customers(stranger, "澄光") == []
    Collaborator.objects.create(customer=suzhou, user=teammate)
    assert queries.search_customers(teammate, "澄光") == [suzhou]
    assert queries.search_customers(UserFactory(role=None), "澄光") == []


@pytest.mark.shows("ARC-12")
def test_members_see_their_pool_until_somebody_owns_the_customer(owner, stranger, manager):
    pool = Pool.objects.create(name="华东公海")
    PoolMember.objects.create(pool=pool, user=stranger)
    customer = CustomerFactory(owner=None, name="公海里的客户")
    customer.pool = pool
    customer.save()

    assert queries.search_customers(stranger, "公海") == [customer]
    services.assign_customers([customer], to=owner, by=manager)
    assert queries.search_customers(stranger, "公海") == []


def test_a_person_added_changed_or_removed_is_found_at_once(owner, suzhou):
    ContactFactory(customer=suzhou, name="何立", phone="13700002222")
    assert queries.search_customers(owner, "何立") == [suzhou]
    assert queries.search_customers(owner, "0000222") == [suzhou]

    services.change_customer(suzhou, by=owner, contacts=[])
    assert queries.search_customers(owner, "何立") == []


def test_archived_customers_come_last(owner):
    old = CustomerFactory(owner=owner, name="澄光一厂")
    away = CustomerFactory(owner=owner, name="澄光二厂", archived=True)

    assert queries.search_customers(owner, "澄光") == [old, away]


def test_searching_takes_one_query(owner, suzhou, django_assert_num_queries):
    owner.scope  # noqa: B018 - roles are read once per request
    with django_assert_num_queries(1):
        [customer.owner.name for customer in queries.search_customers(owner, "澄光精密")]


TYPED = [
    "澄光", "密机", "澄光精密", "cg", "szcg", "chengguang", "单建", "wjg", "1386211", "5678", "苏州 单", "无锡 王", "没有的",
    "c000001", "info@szcg.cn", "%", "_",
]  # fmt: skip


@pytest.mark.parametrize("text", TYPED)
def test_the_index_and_reading_each_entry_find_the_same(monkeypatch, suzhou, text):
    for number in range(3):
        CustomerFactory(
            name=f"无锡澄光{number}包装有限公司", contacts=[{"name": "王建国", "phone": f"1380000567{number}"}]
        )

    by_index = set(search.matching(Customer.objects.all(), text))
    narrow = set(search.matching(Customer.objects.all(), text, is_narrow=True))
    monkeypatch.setattr(search, "COMMON", 1)
    common = set(search.matching(Customer.objects.all(), text))

    assert by_index == narrow == common


def test_a_salespersons_list_is_found_by_its_keys_whatever_is_asked(owner):
    """Without that, SQLite reads every five-star customer of the company for a salesperson who has five hundred."""
    if connection.vendor != "sqlite":
        pytest.skip("plans are SQLite's here")
    found, _filters = listing.filtered(owner, {"stars": ["5"], "stage": ["at_risk"], "q": "澄光"})

    plan = found.order_by("-standing__at_stake_minor").explain()

    assert "standing_stage" not in plan
    assert "standing_stars" not in plan
    assert "customers_search " not in plan


def _triggers():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'customers_searchentry'")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="triggers are SQLite's way")
def test_the_three_triggers_stand(owner, suzhou):
    assert _triggers() == set(_search.TRIGGERS)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_going_back_and_forth_over_the_index_keeps_what_is_searchable(owner):
    customer = CustomerFactory(owner=owner, name="苏州澄光精密机械")

    with connection.cursor() as cursor:  # what the migration of the index does, backwards and forwards
        for statement in [*_search.DROP[connection.vendor], *_search.MAKE[connection.vendor]]:
            cursor.execute(statement)

    assert queries.search_customers(owner, "澄光") == [customer]
    services.change_customer(customer, by=owner, name="苏州明光精密机械")
    assert queries.search_customers(owner, "明光") == [customer]
    assert queries.search_customers(owner, "澄光") == []
    if connection.vendor == "sqlite":
        assert _triggers() == set(_search.TRIGGERS)


def test_deleting_a_row_takes_it_out_of_the_index(owner, suzhou):
    SearchEntry.objects.all().delete()
    assert queries.search_customers(owner, "澄光") == []

    services.refresh_search([suzhou.pk])
    assert queries.search_customers(owner, "澄光") == [suzhou]


def test_a_rolled_back_change_leaves_the_index_as_it_was(owner, suzhou):
    def fail():
        with transaction.atomic():
            services.change_customer(suzhou, by=owner, name="改了")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert queries.search_customers(owner, "澄光") == [suzhou]
