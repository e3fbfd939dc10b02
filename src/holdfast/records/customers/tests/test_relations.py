"""Where customers are, whom they belong to, and what they agreed to."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.common.refusals import Refusal
from holdfast.foundation.audit.models import Change
from holdfast.records.customers import rules, services
from holdfast.records.customers.models import Address, Consent, Relation
from holdfast.records.customers.queries import relations as queries
from holdfast.records.customers.rules.consent import Word, answer_due, is_agreed
from holdfast.records.customers.tests.factories import ContactFactory, CustomerFactory, StandingFactory

DAY = dt.date(2026, 3, 2)


@given(st.lists(st.integers(2, 8), unique=True, max_size=6))
def test_a_parent_is_refused_exactly_when_the_customer_stands_above_it(chain):
    above = dict(itertools.pairwise(chain))

    for parent in chain:
        own_above = chain[chain.index(parent) :]
        for customer in range(1, 9):
            assert rules.is_circle(customer, parent, above) is (customer in own_above)


def test_of_several_words_the_newest_counts_and_silence_is_a_no():
    words = [Word("any", False), Word("phone", True)]

    assert not is_agreed(words, "phone")
    assert is_agreed(words[1:], "phone")
    assert not is_agreed(words[1:], "sms")


def test_an_answer_is_due_after_fifteen_working_days():
    assert answer_due(dt.date(2026, 11, 6)) == dt.date(2026, 11, 27)
    assert answer_due(dt.date(2026, 11, 7)) == dt.date(2026, 11, 27)


@pytest.mark.django_db
@pytest.mark.shows("ARC-11")
def test_a_customer_has_several_addresses_each_with_its_person(owner):
    customer = CustomerFactory(owner=owner)
    wang = ContactFactory(customer=customer, name="王建国")

    gate = services.add_address(customer, kind="delivery", address="工业路 1 号", by=owner, contact=wang)
    services.add_address(customer, kind="billing", address="高新路 9 号", by=owner)
    services.change_address(gate, by=owner, address="工业路 3 号")

    assert [row.address for row in Address.objects.order_by("pk")] == ["工业路 3 号", "高新路 9 号"]
    assert [row.verb for row in Change.objects.filter(model="customers.address").order_by("pk")] == [
        "add", "add", "change",
    ]  # fmt: skip
    services.remove_address(gate, by=owner)
    assert Address.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "field"),
    [({"kind": "moon"}, "kind"), ({"address": " "}, "address"), ({"address": "长" * 201}, "address")],
)
def test_a_wrong_address_is_refused_on_its_field(owner, fields, field):
    with pytest.raises(Refusal) as refusal:
        services.add_address(CustomerFactory(owner=owner), **{"kind": "office", "address": "x", **fields}, by=owner)

    assert refusal.value.field == field


@pytest.mark.django_db
@pytest.mark.shows("OWN-10")
def test_both_ends_tell_a_relation_and_a_referral_keeps_its_origin_owner(owner, teammate, admin):
    source, new = CustomerFactory(owner=teammate, name="介绍人公司"), CustomerFactory(owner=owner, name="新客户公司")

    services.add_relation(new, kind="referrer", other=source, by=owner)
    services.assign_customers([source], to=owner, by=admin)

    (there,), (back,) = queries.relations_of(admin, new), queries.relations_of(admin, source)
    assert (str(there.title), there.other, there.origin_owner) == ("介绍人", source, teammate)
    assert (str(back.title), back.other) == ("由它介绍", new)
    assert {row.subject for row in Change.objects.filter(model="customers.relation")} == {
        f"customers.customer:{new.pk}",
        f"customers.customer:{source.pk}",
    }


@pytest.mark.django_db
def test_parents_do_not_go_in_a_circle_and_there_is_one_of_them(owner):
    top, middle, bottom = (CustomerFactory(owner=owner) for _turn in range(3))
    services.add_relation(bottom, kind="parent", other=middle, by=owner)
    services.add_relation(middle, kind="parent", other=top, by=owner)

    for customer, other in ((top, bottom), (top, top), (bottom, top)):
        with pytest.raises(Refusal):
            services.add_relation(customer, kind="parent", other=other, by=owner)
    assert Relation.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.shows("OWN-10", "ARC-12")
def test_a_groups_revenue_is_the_sum_of_those_the_viewer_sees(owner, teammate, admin):
    top, child, hidden = (CustomerFactory(owner=who) for who in (owner, owner, teammate))
    for customer, revenue in ((top, 100), (child, 20), (hidden, 3)):
        StandingFactory(customer=customer, revenue_12m_minor=revenue)
    services.add_relation(child, kind="parent", other=top, by=admin)
    services.add_relation(hidden, kind="parent", other=child, by=admin)

    mine, whole = queries.group_of(owner, child), queries.group_of(admin, child)

    assert (mine.top, mine.revenue_12m_minor, mine.hidden) == (top, 120, 1)
    assert (whole.revenue_12m_minor, whole.hidden) == (123, 0)
    assert hidden not in mine.members
    assert queries.relations_of(owner, child)[0].other == top
    assert queries.group_of(owner, CustomerFactory(owner=owner)) is None


@pytest.mark.django_db
@pytest.mark.shows("SEC-02")
def test_consent_is_only_added_to_and_the_newest_word_holds(owner):
    customer = CustomerFactory(owner=owner)

    def said(is_given, day):
        services.add_consent(
            customer, purpose="marketing", channel="sms", is_given=is_given, on=day, how="短信回复", by=owner
        )

    said(True, DAY)
    assert queries.may_contact(customer, purpose="marketing", channel="sms")
    said(False, dt.date(2026, 4, 2))

    assert not queries.may_contact(customer, purpose="marketing", channel="sms")
    assert not queries.may_contact(customer, purpose="care", channel="sms")
    assert Consent.objects.count() == 2
    assert [(str(channel), is_given) for channel, is_given in queries.consent_lines(owner, customer)[0].words] == [
        ("短信", False)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "field"),
    [({"purpose": "x"}, "purpose"), ({"how": " "}, "how"), ({"on": dt.date(2999, 1, 1)}, "on")],
)
def test_a_consent_without_proof_or_from_tomorrow_is_refused(owner, fields, field):
    given = {"purpose": "care", "channel": "any", "is_given": True, "on": DAY, "how": "当面", **fields}

    with pytest.raises(Refusal) as refusal:
        services.add_consent(CustomerFactory(owner=owner), by=owner, **given)

    assert refusal.value.field == field
