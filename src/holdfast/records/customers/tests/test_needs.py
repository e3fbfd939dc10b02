"""What customers say about themselves: dated, signed, never overwritten."""

import datetime as dt

import pytest

from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.foundation.audit.models import Change
from holdfast.records.customers import queries, services
from holdfast.records.customers.models import Need
from holdfast.records.customers.tests.factories import ContactFactory, CustomerFactory

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 2)


def said(customer, by, **fields):
    given = {"kind": "preference", "text": "喜欢喝龙井", "said_on": DAY, "source": "visit", **fields}
    return services.add_need(customer, by=by, **given)


@pytest.mark.shows("ARC-04")
def test_a_statement_keeps_its_day_author_source_and_person(owner):
    customer = CustomerFactory(owner=owner)
    wang = ContactFactory(customer=customer, name="王建国")

    need = said(customer, owner, contact=wang, source="overheard")

    need.refresh_from_db()
    assert (need.said_on, need.author, need.source, need.contact) == (DAY, owner, "overheard", wang)
    entry = Change.objects.get(model="customers.need")
    assert (entry.subject, entry.verb, entry.actor) == (f"customers.customer:{customer.pk}", "add", owner)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "长" * 2001}, "text"),
        ({"kind": "gossip"}, "kind"),
        ({"source": "tea leaves"}, "source"),
        ({"said_on": None}, "said_on"),
        ({"said_on": dt.date(2999, 1, 1)}, "said_on"),
    ],
)
def test_what_is_wrong_is_refused_on_its_field(owner, fields, field):
    with pytest.raises(Refusal) as refusal:
        said(CustomerFactory(owner=owner), owner, **fields)

    assert refusal.value.field == field
    assert not Need.objects.exists()


def test_a_person_of_another_customer_cannot_have_said_it(owner):
    elsewhere = ContactFactory(customer=CustomerFactory(owner=owner))

    with pytest.raises(Refusal, match="不在这位客户名下"):
        said(CustomerFactory(owner=owner), owner, contact=elsewhere)


def test_the_same_words_again_confirm_the_statement_instead_of_doubling_it(owner):
    customer = CustomerFactory(owner=owner)
    first = said(customer, owner)

    again = said(customer, owner, text="喜欢喝龙井 ", said_on=dt.date(2026, 5, 1))

    assert again.pk == first.pk
    assert Need.objects.get().confirmed_on == dt.date(2026, 5, 1)


@pytest.mark.shows("ARC-06")
def test_what_changed_is_said_anew_and_the_old_words_stay(owner):
    customer = CustomerFactory(owner=owner)
    old = said(customer, owner)

    new = services.supersede_need(old, text="现在只喝咖啡", said_on=dt.date(2026, 6, 1), by=owner, source="call")

    old.refresh_from_db()
    assert (old.superseded_by, old.ended_on, old.text) == (new, dt.date(2026, 6, 1), "喜欢喝龙井")
    assert [need.text for group in queries.standing_needs(owner, customer) for need in group.needs] == ["现在只喝咖啡"]
    with pytest.raises(Refusal, match="不再有效"):
        services.supersede_need(old, text="又改", said_on=dt.date(2026, 7, 1), by=owner)


def test_a_newer_statement_cannot_be_older_than_what_it_replaces(owner):
    old = said(CustomerFactory(owner=owner), owner)

    with pytest.raises(Refusal, match="不能早于"):
        services.supersede_need(old, text="从前只喝茶", said_on=dt.date(2025, 1, 1), by=owner)


def test_an_ended_statement_can_be_taken_up_again(owner):
    need = said(CustomerFactory(owner=owner), owner)

    services.end_need(need, by=owner)
    services.reopen_need(need, by=owner)

    assert Need.objects.get().is_valid


def test_confirming_moves_the_day_on(owner):
    need = said(CustomerFactory(owner=owner), owner)

    services.confirm_need(need, by=owner)

    assert Need.objects.get().confirmed_on == today()


@pytest.mark.shows("ARC-03")
def test_requirements_of_many_customers_come_in_one_query_and_only_in_scope(owner, stranger, django_assert_num_queries):
    mine = [CustomerFactory(owner=owner, special_requirements="周末不送货") for _turn in range(4)]
    services.add_needs([{"customer": mine[0], "kind": "requirement", "text": "叉车限高两米", "said_on": DAY}], by=owner)

    queries.visible_customers(owner).first()  # whose rights are known from then on

    with django_assert_num_queries(1):
        found = queries.requirements_of(owner, mine)

    assert found[mine[0].pk] == ["周末不送货", "叉车限高两米"]
    assert found[mine[3].pk] == ["周末不送货"]
    assert queries.requirements_of(stranger, mine) == {}


def test_a_stranger_reads_no_statement(owner, stranger):
    customer = CustomerFactory(owner=owner)
    said(customer, owner)

    assert not queries.visible_needs(stranger).exists()
    assert queries.needs_of(owner, customer).count() == 1
