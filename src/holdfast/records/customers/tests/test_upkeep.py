"""How complete and fresh a record is, and what to ask next."""

import datetime as dt

import pytest
import time_machine

from holdfast.common.refusals import Refusal
from holdfast.records.customers import services
from holdfast.records.customers.models import ArchiveRule, PartCheck, Upkeep
from holdfast.records.customers.queries import customer_list
from holdfast.records.customers.queries import upkeep as queries
from holdfast.records.customers.rules.upkeep import PARTS, Weights, parts_for, upkept
from holdfast.records.customers.services import upkeep
from holdfast.records.customers.tests.factories import CustomerFactory

DAY = dt.date(2026, 3, 2)
NOW = "2026-11-22T09:00:00+08:00"


def test_the_shipped_weights_of_a_company_make_a_hundred_and_ten_with_every_part_named():
    assert {code for code, part in PARTS.items() if part.weight} == set(PARTS)
    assert "uscc" not in parts_for("person")


@pytest.mark.shows("ARC-07")
def test_completeness_is_the_weight_of_what_is_filled():
    weights = Weights(dict.fromkeys(PARTS, 1), dict.fromkeys(PARTS, 0))

    state = upkept("person", {"phone": DAY, "contacts": DAY}, weights, DAY)

    assert state.completeness == 20
    assert set(state.missing) == set(parts_for("person")) - {"phone", "contacts"}


def test_the_heaviest_gap_is_asked_for_first():
    state = upkept("company", {"contacts": DAY, "phone": DAY}, Weights(), DAY)

    assert str(state.questions[0]) == "接下来三个月，最需要我们做什么？"
    assert len(state.questions) == 3


def test_without_any_weight_nothing_is_missing():
    state = upkept("company", {}, Weights(dict.fromkeys(PARTS, 0), dict.fromkeys(PARTS, 0)), DAY)

    assert (state.completeness, state.missing, state.stale_on) == (100, (), None)


@pytest.mark.shows("ARC-08")
def test_a_part_is_stale_on_the_day_its_time_is_over_and_not_before():
    weights = Weights(dict.fromkeys(PARTS, 1), {**dict.fromkeys(PARTS, 0), "phone": 30})
    present = {"phone": DAY, "source": DAY}

    assert upkept("company", present, weights, DAY + dt.timedelta(days=29)).stale == {}
    assert upkept("company", present, weights, DAY + dt.timedelta(days=30)).stale == {"phone": DAY}
    assert upkept("company", present, weights, DAY).stale_on == DAY + dt.timedelta(days=30)


@pytest.mark.django_db
def test_what_is_known_of_people_addresses_and_needs_counts(owner):
    customer = CustomerFactory(
        owner=owner, contacts=[{"name": "王", "wechat": "wang8", "birth_month": 3, "birth_day": 2}]
    )
    services.add_address(customer, kind="delivery", address="工业路 1 号", by=owner)
    services.add_need(customer, kind="business", text="三班倒", said_on=DAY, by=owner)

    present = queries.present_parts([customer])[customer.pk]

    assert set(present) == {"contacts", "wechat", "birthday", "address", "business"}
    assert present["business"] == DAY


@pytest.mark.django_db
@pytest.mark.shows("ARC-08")
def test_still_right_in_one_tap_is_dated_signed_and_no_longer_stale(owner):
    with time_machine.travel("2025-01-05T09:00:00+08:00", tick=False):
        customer = CustomerFactory(owner=owner, phone="0512-62345678")
    with time_machine.travel(NOW, tick=False):
        assert queries.upkeep_of(customer).stale == {"phone": dt.date(2025, 1, 5)}

        services.confirm_parts(customer, ["phone"], by=owner)

        assert queries.upkeep_of(customer).stale == {}
    check = PartCheck.objects.get()
    assert (check.on, check.by) == (dt.date(2026, 11, 22), owner)


@pytest.mark.django_db
def test_a_changed_number_is_fresh_on_the_page_at_once_and_in_the_list_after_the_night(owner):
    with time_machine.travel("2025-01-05T09:00:00+08:00", tick=False):
        customer = CustomerFactory(owner=owner, phone="0512-62345678")
        upkeep.keep_up()
    with time_machine.travel(NOW, tick=False):
        services.change_customer(customer, by=owner, phone="0512-99998888")
        assert queries.upkeep_of(customer).stale == {}
        assert queries.count_stale(owner) == 1

        done = upkeep.keep_up()

        assert done == {"entries": 1, "customers": 1}
        assert queries.count_stale(owner) == 0
        assert Upkeep.objects.get().stale_on == dt.date(2027, 11, 22)


@pytest.mark.django_db
def test_the_list_needs_the_same_queries_for_one_customer_as_for_many(owner, django_assert_num_queries):
    rows = [CustomerFactory(owner=owner) for _turn in range(5)]
    queries.upkeep_of_many(owner, [rows[0].pk])

    for some in ([rows[0].pk], [row.pk for row in rows]):
        with django_assert_num_queries(6):
            found = queries.upkeep_of_many(owner, some)

    assert set(found) == {row.pk for row in rows}


@pytest.mark.django_db
def test_weights_are_the_companys_and_senseless_ones_are_refused(admin):
    services.set_weights({"phone": (40, 90)}, by=admin)

    assert queries.weights().weight["phone"] == 40
    assert queries.weights().weight["email"] == PARTS["email"].weight
    with pytest.raises(Refusal):
        services.set_weights({"phone": (101, 90)}, by=admin)
    assert ArchiveRule.objects.get().weight == 40


@pytest.mark.django_db
def test_nothing_chosen_is_nothing_confirmed(owner):
    with pytest.raises(Refusal, match="请选"):
        services.confirm_parts(CustomerFactory(owner=owner), ["nonsense"], by=owner)


@pytest.mark.django_db
@pytest.mark.shows("ARC-07", "ARC-08")
def test_the_list_is_narrowed_to_thin_records_and_to_those_to_be_checked_again(owner):
    with time_machine.travel("2025-01-05T09:00:00+08:00", tick=False):
        old = CustomerFactory(owner=owner, phone="0512-62345678")
    thin = CustomerFactory(owner=owner)
    upkeep.keep_up()

    def found(state):
        return {row.customer.pk for row in customer_list(owner, {"record": state}).rows}

    assert found("stale") == {old.pk}
    assert found("thin") == {old.pk, thin.pk}
    assert found("whole") == set()


@pytest.mark.django_db
def test_the_column_tells_completeness_of_a_page_of_customers(owner):
    customer = CustomerFactory(owner=owner, phone="0512-62345678", contacts=[{"name": "王建国"}])

    assert queries.completeness_cells(owner, [customer.pk]) == {customer.pk: "32%"}


@pytest.mark.django_db
def test_a_confirmation_by_day_does_not_hide_other_changes_of_that_day_from_the_night(owner):
    with time_machine.travel("2025-01-05T09:00:00+08:00", tick=False):
        one, other = CustomerFactory(owner=owner, phone="0512-62345678"), CustomerFactory(owner=owner, phone="0512-1")
        upkeep.keep_up()
    with time_machine.travel("2026-11-22T09:00:00+08:00", tick=False):
        services.change_customer(other, by=owner, phone="0512-99998888")
    with time_machine.travel("2026-11-22T15:00:00+08:00", tick=False):
        services.confirm_parts(one, ["phone"], by=owner)
    with time_machine.travel("2026-11-23T04:00:00+08:00", tick=False):
        done = upkeep.keep_up()

    assert done == {"entries": 1, "customers": 2}
    assert PartCheck.objects.get(customer=other).on == dt.date(2026, 11, 22)


@pytest.mark.django_db
def test_a_night_without_changes_makes_nothing_anew_and_new_weights_make_all(owner, admin):
    with time_machine.travel("2026-11-20T09:00:00+08:00", tick=False):
        CustomerFactory(owner=owner)
    with time_machine.travel("2026-11-21T04:00:00+08:00", tick=False):
        assert upkeep.keep_up()["customers"] == 1
    with time_machine.travel("2026-11-22T04:00:00+08:00", tick=False):
        assert upkeep.keep_up()["customers"] == 0
        services.set_weights({"phone": (40, 90)}, by=admin)
    with time_machine.travel("2026-11-23T04:00:00+08:00", tick=False):
        assert upkeep.keep_up()["customers"] == 1
