"""The customer box of every form: who is meant, and what is said about an entry that was merged."""

import pytest

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.records.customers import services
from holdfast.records.customers.queries import named_customer
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.shows("ARC-13")]


@pytest.fixture
def merged(manager):
    keep, drop = (
        CustomerFactory(owner=manager, code=code, name=name) for code, name in (("K1", "甲厂"), ("K2", "甲厂旧档"))
    )
    services.merge_customers(keep, drop, by=manager)
    return keep


@pytest.mark.parametrize("text", ["K2", "k2 甲厂旧档", "甲厂旧档"])
def test_a_merged_entry_is_refused_with_the_one_that_stays(merged, manager, text):
    with pytest.raises(Refusal, match="K1") as refusal:
        named_customer(manager, text)

    assert "甲厂" in refusal.value.message


def test_the_chain_of_merges_is_followed_to_its_end(merged, manager):
    last = CustomerFactory(owner=manager, code="K9", name="甲集团")
    merged.refresh_from_db()
    services.merge_customers(last, merged, by=manager)

    with pytest.raises(Refusal, match="K9"):
        named_customer(manager, "K2")


def test_of_two_entries_of_one_name_the_one_that_stays_is_meant(manager):
    keep, drop = CustomerFactory(owner=manager, name="同名厂"), CustomerFactory(owner=manager, name="同名厂")
    services.merge_customers(keep, drop, by=manager)

    assert named_customer(manager, "同名厂") == keep


def test_several_of_one_name_and_nobody_are_told_apart(manager):
    CustomerFactory(owner=manager, name="同名厂"), CustomerFactory(owner=manager, name="同名厂")

    with pytest.raises(Refusal, match="几位"):
        named_customer(manager, "同名厂")
    with pytest.raises(Refusal, match="没有找到"):
        named_customer(UserFactory(login="far", role="sales"), "同名厂")


@pytest.mark.parametrize("address", ["/tasks/log/", "/tasks/new/", "/commerce/payments/new/"])
def test_the_forms_say_it_at_the_box(merged, manager, login, address):
    answer = login(manager).post(address, {"customer": "K2", "title": "x", "summary": "x", "amount": "1"})

    assert "K1" in answer.content.decode()
