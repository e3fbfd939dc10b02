import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from holdfast.actions.care import queries, services
from holdfast.actions.care.models import Focus, Gift, StandardVersion
from holdfast.actions.care.tests.factories import star_customer, visited
from holdfast.common.months import Month
from holdfast.common.refusals import Refusal
from holdfast.foundation.audit.models import Change
from holdfast.records.commerce import services as commerce
from holdfast.records.customers import services as customers
from holdfast.records.timeline import services as timeline

pytestmark = pytest.mark.django_db
D = dt.date
TODAY = D(2026, 11, 22)


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


def rows(**changes):
    """A whole table, five stars down to one."""
    return [
        {"stars": stars, "visits": stars, "contacts": 2 * stars, "reply_hours": 4, "service_minutes": 60 * stars}
        | changes
        for stars in (5, 4, 3, 2, 1)
    ]


# --- the table ----------------------------------------------------------------------------------------------------


@pytest.mark.shows("TIE-06")
def test_a_company_begins_with_a_proposal_that_asks_more_of_higher_stars():
    table = queries.table_on(TODAY)

    five, one = table.of(5), table.of(1)
    assert (table.version.number, table.version.starts_on) == (1, D(2000, 1, 1))
    assert (five.visits, five.visits_every, five.contacts, five.reply_hours) == (2, "month", 4, 2)
    assert (five.gift_budget_minor, five.discount_percent) == (200_000, Decimal("12.0"))
    assert five.service_minutes > table.of(4).service_minutes > one.service_minutes
    assert not queries.is_one_for_all(table)


def test_a_new_version_acts_from_its_month_on_and_leaves_the_past_alone(manager):
    services.add_version(rows(), starts_on=D(2027, 1, 1), by=manager, note="翻番")

    assert queries.table_on(D(2026, 12, 31)).version.number == 1
    assert queries.table_on(D(2027, 1, 1)).of(5).visits == 5


def test_of_two_versions_from_one_day_the_newer_acts(manager):
    services.add_version(rows(), starts_on=D(2026, 12, 1), by=manager)
    services.add_version(rows(visits=7), starts_on=D(2026, 12, 1), by=manager)

    assert queries.table_on(D(2026, 12, 1)).of(1).visits == 7


@pytest.mark.parametrize("starts_on", [D(2026, 11, 1), D(2026, 12, 2), D(2025, 1, 1), D(2026, 11, 22)])
def test_a_version_from_a_month_that_has_begun_is_refused(manager, starts_on):
    with pytest.raises(Refusal) as refused:
        services.add_version(rows(), starts_on=starts_on, by=manager)

    assert refused.value.field == "starts_on"
    assert StandardVersion.objects.count() == 1


def test_a_table_without_one_of_the_stars_is_refused(manager):
    with pytest.raises(Refusal, match="1 到 5 星"):
        services.add_version(rows()[1:], starts_on=D(2026, 12, 1), by=manager)


@pytest.mark.parametrize(("change", "field"), [({"visits": 61}, "visits"), ({"reply_hours": 0}, "reply_hours")])
def test_a_value_out_of_its_range_is_refused_by_its_field(manager, change, field):
    with pytest.raises(Refusal) as refused:
        services.add_version(rows(**change), starts_on=D(2026, 12, 1), by=manager)

    assert refused.value.field == field


@pytest.mark.shows("TIE-12")
def test_a_version_stands_in_the_journal_with_all_its_rows(manager):
    services.add_version(rows(), starts_on=D(2026, 12, 1), by=manager, note="加强四星")

    entry = Change.objects.get(model="care.standardversion", verb="create")
    assert entry.actor == manager
    assert entry.after["note"] == "加强四星"
    assert [row["visits"] for row in entry.after["rows"]] == [5, 4, 3, 2, 1]


def test_a_channel_with_a_table_of_its_own_goes_before_the_common_one(owner, manager):
    own = [row | {"channel": "distributor", "visits": 9} for row in rows()]
    services.add_version([*rows(), *own], starts_on=D(2026, 12, 1), by=manager)
    table = queries.table_on(D(2026, 12, 1))
    dealer, plain = star_customer(owner, 3, channel="distributor"), star_customer(owner, 3)

    services.open_duties(Month(2026, 12))

    assert (table.of(3, "distributor").visits, table.of(3, "end").visits) == (9, 3)
    assert dealer.duties.get(kind="visit").due == 9
    assert plain.duties.get(kind="visit").due == 3


@pytest.mark.shows("TIE-15")
def test_one_standard_for_all_stars_is_noticed(manager):
    same = {"visits": 1, "contacts": 1, "service_minutes": 30}
    services.add_version(rows(**same), starts_on=D(2026, 12, 1), by=manager)

    assert queries.is_one_for_all(queries.table_on(D(2026, 12, 1)))


@pytest.mark.shows("TIE-06")
def test_customers_of_high_stars_without_an_owner_are_counted(owner, manager, admin):
    star_customer(None, 5)
    star_customer(None, 4, hollow=True)
    star_customer(None, 3)
    star_customer(owner, 5)

    assert queries.unowned_by_star(admin) == {5: 1, 4: 1}


def test_switches_are_journalled(manager):
    services.change_switches(by=manager, open_tasks=False)

    entry = Change.objects.get(model="care.switches")
    assert (entry.before["open_tasks"], entry.after["open_tasks"]) == (True, False)


# --- gifts --------------------------------------------------------------------------------------------------------


def give(customer, cost, by, **fields):
    return services.add_gift(customer, **({"item": "茶叶", "cost_minor": cost, "on": TODAY, "by": by} | fields))


@pytest.mark.shows("CAR-06")
def test_a_gift_within_the_stars_budget_counts_at_once(owner):
    customer = star_customer(owner, 4)  # 800 a year

    gift = give(customer, 50_000, owner)

    assert (gift.state, gift.stars, gift.budget_minor) == ("fine", 4, 80_000)
    budget = next(one for one in queries.gift_budgets(owner, 2026, TODAY) if one.stars == 4)
    assert (budget.customers, budget.budget_minor, budget.given_minor, budget.left_minor) == (1, 80_000, 50_000, 30_000)


@pytest.mark.shows("CAR-06")
def test_a_gift_over_the_budget_needs_a_reason_and_somebody_elses_approval(owner, manager):
    customer = star_customer(owner, 4)
    give(customer, 50_000, owner)

    with pytest.raises(Refusal) as refused:
        give(customer, 30_001, owner)
    gift = give(customer, 30_001, owner, reason="年度框架谈下来了")
    waiting = queries.gift_money([customer.pk], 2026)[customer.pk]
    services.answer_gift(gift, is_approved=True, by=manager)

    assert refused.value.field == "reason"
    assert gift.state == "pending"
    assert waiting == 50_000
    assert queries.gift_money([customer.pk], 2026)[customer.pk] == 80_001


def test_a_rejected_gift_does_not_count(owner, manager):
    customer = star_customer(owner, 1)
    gift = give(customer, 100, owner, reason="老客户")

    services.answer_gift(gift, is_approved=False, by=manager)

    gift.refresh_from_db()
    assert gift.state == "rejected"
    assert queries.gift_money([customer.pk], 2026) == {}


def test_ones_own_gift_an_answered_one_and_without_the_right_are_refused(owner, manager):
    customer = star_customer(manager, 1)
    gift = give(customer, 100, manager, reason="老客户")

    for person in (manager, owner):
        with pytest.raises(Refusal):
            services.answer_gift(gift, is_approved=True, by=person)

    gift.refresh_from_db()
    assert gift.state == "pending"


@pytest.mark.shows("CAR-06", "TIE-06")
def test_the_discount_given_stands_beside_the_ceiling(owner):
    customer = star_customer(owner, 5)  # up to 12 %
    for price, day in (("90", D(2026, 10, 5)), ("80", D(2026, 11, 5)), ("10", D(2025, 11, 1))):
        line = {"text": "滤芯", "quantity": Decimal(1), "list_price": Decimal(100), "price": Decimal(price)}
        commerce.add_order(customer, number=f"S{day}", ordered_on=day, lines=[line], by=owner)

    found = queries.customer_care(owner, customer, TODAY).discount

    assert (round(found.average, 6), found.orders, found.beyond) == (0.15, 2, 1)


def test_without_list_prices_nothing_is_said_of_discounts(owner):
    assert queries.customer_care(owner, star_customer(owner, 5), TODAY).discount is None


def test_the_budget_begins_anew_with_the_year(owner):
    customer = star_customer(owner, 4)
    give(customer, 80_000, owner, on=D(2025, 12, 31))

    assert give(customer, 80_000, owner).state == "fine"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"item": " "}, "item"), ({"cost_minor": 0}, "cost"), ({"on": D(2026, 11, 23)}, "on")],
)
def test_a_gift_that_cannot_be_is_refused_on_its_field(owner, change, field):
    with pytest.raises(Refusal) as refused:
        give(star_customer(owner, 5), 100, owner, **change)

    assert refused.value.field == field
    assert not Gift.objects.exists()


def test_a_gift_for_somebody_elses_contact_is_refused(owner):
    other = star_customer(owner, 5, contacts=[{"name": "王建国"}])

    with pytest.raises(Refusal, match="王建国"):
        give(star_customer(owner, 5), 100, owner, contact=other.contacts.get())


def test_a_gift_stands_in_the_customers_journal(owner):
    customer = star_customer(owner, 5)

    give(customer, 100, owner)

    assert Change.objects.filter(model="care.gift", subject=f"customers.customer:{customer.pk}").exists()


def test_a_gift_that_counts_stands_in_the_history_once_it_is_approved(owner, manager):
    customer = star_customer(owner, 4)
    gift = give(customer, 90_000, owner, reason="展会")
    waiting = customer.entries.filter(source="care.gift").count()

    services.answer_gift(gift, is_approved=True, by=manager)

    entry = customer.entries.get(source="care.gift")
    assert waiting == 0
    assert (entry.text, entry.payload, entry.kind) == ("茶叶", {"cost_minor": 90_000}, "service")
    assert timeline.rebuild_entries("care.gift", is_dry=True)["care.gift"]["missing"] == 0


def test_the_plans_of_who_leaves_pass_on_with_their_customers(owner, teammate, manager, admin):
    made = plan(star_customer(owner, 5), manager, leader=owner)

    customers.hand_over(owner, teammate, by=admin)

    made.refresh_from_db()
    assert made.leader == teammate


# --- focus customers ----------------------------------------------------------------------------------------------


def plan(customer, by, **changes):
    fields = {"goal": "份额过半", "plan": "每月拜访", "leader": by, "review_on": D(2027, 1, 5)} | changes
    return services.add_focus(customer, by=by, **fields)


@pytest.mark.shows("TIE-14")
def test_a_focus_customer_has_one_plan_with_goal_leader_and_review_day(owner, manager):
    customer = star_customer(owner, 5)
    made = plan(customer, manager)

    with pytest.raises(Refusal):
        plan(customer, manager)
    services.change_focus(made, by=manager, goal="份额过七成")

    assert [one.goal for one in queries.focus_plans(owner)] == ["份额过七成"]


def test_an_ended_plan_is_kept_and_another_may_follow(owner, manager):
    customer = star_customer(owner, 5)
    first = plan(customer, manager)
    services.end_focus(first, by=manager)

    second = plan(customer, manager)

    assert list(queries.focus_plans(owner)) == [second]
    assert Focus.objects.count() == 2
    with pytest.raises(Refusal):
        services.change_focus(first, by=manager, goal="晚了")


@pytest.mark.parametrize(
    ("change", "field"),
    [({"goal": " "}, "goal"), ({"plan": ""}, "plan"), ({"review_on": D(2026, 11, 21)}, "review_on")],
)
def test_a_plan_that_is_none_is_refused_on_its_field(owner, manager, change, field):
    with pytest.raises(Refusal) as refused:
        plan(star_customer(owner, 5), manager, **change)

    assert refused.value.field == field


# --- figures ------------------------------------------------------------------------------------------------------


@pytest.fixture
def served(owner, teammate):
    """Two people with a five-star customer each; the owner's had one of two visits, the teammate's three of two."""
    mine, theirs = star_customer(owner, 5), star_customer(teammate, 5)
    services.open_duties(Month(2026, 11))
    visited(mine, D(2026, 11, 3))
    visited(theirs, D(2026, 11, 3), D(2026, 11, 4), D(2026, 11, 5))
    return mine, theirs


@pytest.mark.shows("TIE-07")
def test_the_execution_rate_stands_by_star_person_and_department(served, manager, owner, teammate):
    found = queries.execution(Month(2026, 11), manager)

    assert (found.total.due, found.total.kept, found.total.missing) == (12, 3, 9)
    assert found.stars[0].by_kind["visit"] == (4, 3)
    assert [(line.name, line.kept) for line in found.owners] == [(owner.name, 1), (teammate.name, 2)]
    assert [line.name for line in found.departments] == [owner.department.name]
    assert found.stars[0].customers == 2


def test_each_sees_the_rate_of_customers_within_scope_alone(served, owner, stranger):
    assert queries.execution(Month(2026, 11), owner).total.due == 6
    assert queries.execution(Month(2026, 11), stranger).total.due == 0


def test_a_figure_and_the_rows_behind_it_agree(served, manager, owner):
    found = queries.execution(Month(2026, 11), manager)

    for asked, line in [
        (queries.Asked(Month(2026, 11), stars=5), found.stars[0]),
        (queries.Asked(Month(2026, 11), owner=owner.pk), found.owners[0]),
    ]:
        rows = list(queries.duty_rows(manager, asked, TODAY))
        assert sum(row.due for row in rows) == line.due
        assert sum(row.missing_now for row in rows) == line.missing


def test_past_months_show_what_ended_in_them_and_the_trend_goes_month_by_month(owner, manager):
    customer = star_customer(owner, 3)  # a visit a quarter, a contact a month
    for month in (7, 8, 9, 10, 11):
        services.open_duties(Month(2026, month))
    visited(customer, D(2026, 7, 3))

    august, september = (queries.execution(Month(2026, month), manager) for month in (8, 9))
    november = queries.execution(Month(2026, 11), manager)
    points = {str(one["month"]): (one["due"], one["kept"]) for one in queries.trend(manager, Month(2026, 11))}

    assert august.total.by_kind == {"visit": (0, 0), "contact": (1, 0)}
    assert september.total.by_kind == {"visit": (1, 1), "contact": (1, 0)}
    assert november.total.by_kind == {"visit": (1, 0), "contact": (1, 0)}  # the quarter under way too
    assert points["2026-09"] == (2, 1)
    assert points["2026-10"] == (1, 0)
    assert points["2026-01"] == (0, 0)


@pytest.mark.shows("TIE-13")
def test_hours_planned_and_spent_stand_by_tier(owner, manager):
    five, one = star_customer(owner, 5), star_customer(owner, 1)
    services.open_duties(Month(2026, 11))
    visited(five, D(2026, 11, 3), minutes=90)
    visited(one, D(2026, 11, 3), minutes=270)

    lines = {line.stars: line for line in queries.resources(Month(2026, 11), manager)}

    assert (lines[5].planned, lines[5].spent, lines[5].share) == (480, 90, 0.25)
    assert (lines[1].planned, lines[1].spent, lines[1].rate) == (10, 270, 27.0)
