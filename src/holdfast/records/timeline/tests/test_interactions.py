"""Contacts that have taken place: kept, corrected, taken back, counted as effort."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Change
from holdfast.records.customers.models import Need
from holdfast.records.customers.tests.factories import ContactFactory, CustomerFactory
from holdfast.records.timeline import facts, queries, services
from holdfast.records.timeline.models import Entry, Interaction, Task, UsualMinutes
from holdfast.records.timeline.tests.factories import InteractionFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
MORNING = datetime(2026, 11, 22, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False) as clock:
        yield clock


@pytest.fixture
def customer(owner):
    return CustomerFactory(owner=owner, name="苏州澄光精密机械有限公司", code="C100")


def added(customer, by, **fields):
    return services.add_interaction(customer, **{"channel": "call", "at": MORNING, "by": by, **fields})


# --- keeping ------------------------------------------------------------------------------------------------------


@pytest.mark.shows("ARC-05", "CAR-03")
def test_a_contact_is_kept_with_who_how_long_and_what_was_said(customer, owner, teammate):
    contact = ContactFactory(customer=customer, name="王建国")

    kept = added(
        customer, owner, channel="visit", minutes=90, summary=" 要锁价 ", contact=contact,
        participants=[owner, teammate, owner],
    )  # fmt: skip

    assert (kept.on, kept.summary, kept.author) == (date(2026, 11, 22), "要锁价", owner)
    assert [seat.user for seat in kept.participants.order_by("pk")] == [owner, teammate]
    entry = Entry.objects.get(source="timeline.interaction")
    assert (entry.kind, entry.text) == ("contact", "要锁价")
    assert entry.payload == {"channel": "visit", "direction": "out", "minutes": 90}
    assert Change.objects.get(model="timeline.interaction").after["participants"] == sorted([owner.name, teammate.name])
    [line] = queries.told([entry])
    assert line.words == "上门拜访 · 1.5 小时"
    assert line.more == f"王建国 · {owner.name}和{teammate.name}"


def test_a_contact_at_night_belongs_to_the_companys_day(customer, owner):
    kept = added(customer, owner, at=datetime(2026, 11, 20, 16, 30, tzinfo=UTC))

    assert kept.on == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"channel": "dance"}, "channel"),
        ({"direction": "up"}, "direction"),
        ({"at": MORNING + timedelta(days=1)}, "at"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"summary": "长" * 2001}, "summary"),
    ],
)
def test_a_contact_that_cannot_be_is_refused_on_its_field(customer, owner, wrong, field):
    with pytest.raises(Refusal) as refused:
        added(customer, owner, **wrong)

    assert refused.value.field == field
    assert not Interaction.objects.exists()


def test_a_contact_person_of_another_customer_is_refused(customer, owner):
    with pytest.raises(Refusal) as refused:
        added(customer, owner, contact=ContactFactory(name="别家的人"))

    assert refused.value.field == "contact"


def test_many_are_kept_at_once_and_one_source_once(customer, owner, teammate, django_assert_max_num_queries):
    row = {"customer": customer, "channel": "call", "at": MORNING}
    rows = [{**row, "source": f"file:{n}", "by": teammate} for n in (1, 2, 1)] + [row]

    with django_assert_max_num_queries(12):
        kept = services.add_interactions(rows, by=owner)
    again = services.add_interactions(rows[:2], by=owner)

    assert kept[0] is kept[2]
    assert again == kept[:2]
    assert [row.author for row in kept] == [teammate, teammate, teammate, owner]
    assert Interaction.objects.count() == Entry.objects.count() == 3


def test_a_batch_of_contacts_is_undone_with_its_lines(customer, owner):
    batch = audit.open_batch("import", by=owner)
    services.add_interactions([{"customer": customer, "channel": "call", "at": MORNING}], by=owner, batch=batch)

    audit.undo(batch, by=owner)

    assert not Interaction.objects.exists()
    assert not Entry.objects.exists()


# --- correcting ---------------------------------------------------------------------------------------------------


def test_a_correction_is_journalled_and_changes_the_line(customer, owner, teammate):
    kept = added(customer, owner, minutes=10)

    services.change_interaction(kept, by=owner, minutes=20, summary="补记", participants=[teammate])

    kept.refresh_from_db()
    assert (kept.minutes, kept.summary) == (20, "补记")
    assert Entry.objects.get().payload["minutes"] == 20
    change = Change.objects.get(verb="change")
    assert (change.before["participants"], change.after["participants"]) == ([owner.name], [teammate.name])


def test_a_correction_that_changes_nothing_is_not_journalled(customer, owner):
    kept = added(customer, owner, minutes=10)

    services.change_interaction(kept, by=owner, minutes=10)

    assert not Change.objects.filter(verb="change").exists()


def test_a_contact_taken_back_leaves_its_words_in_the_journal_only(customer, owner):
    kept = added(customer, owner, summary="记错了客户")

    services.remove_interaction(kept, by=owner)

    assert not Entry.objects.exists()
    assert Change.objects.get(verb="delete").before["summary"] == "记错了客户"


def test_only_who_logged_it_may_correct_it_and_only_for_a_week(customer, owner, manager, november):
    kept = added(customer, owner)

    assert queries.may_change(owner, kept)
    assert not queries.may_change(manager, kept)
    november.move_to("2026-11-30T10:00:00+08:00")
    assert not queries.may_change(owner, kept)


# --- effort -------------------------------------------------------------------------------------------------------


@pytest.mark.shows("SAL-02")
def test_effort_counts_every_colleagues_minutes_and_estimates_those_nobody_noted(customer, owner, teammate):
    added(customer, owner, minutes=30, participants=[owner, teammate])
    added(customer, owner, channel="visit")
    services.set_usual_minutes({"visit": 150}, by=owner)
    UsualMinutes.objects.filter(channel="wechat").delete()
    added(customer, owner, channel="wechat")

    rows = sorted((row["user_id"], row["minutes"], bool(row["is_estimated"])) for row in facts.effort())

    expected = [(owner.pk, 30, False), (owner.pk, 150, True), (owner.pk, 6, True), (teammate.pk, 30, False)]
    assert rows == sorted(expected)
    assert set(facts.effort()[0]) == {
        "interaction_id", "customer_id", "user_id", "day", "minutes", "channel", "is_estimated",
    }  # fmt: skip


def test_usual_minutes_are_changed_by_the_administrator_alone_and_journalled(login, admin, owner):
    url = reverse("timeline:usual_minutes")
    data = {row.channel: row.minutes for row in UsualMinutes.objects.all()} | {"visit": 90}

    answer = login(admin).post(url, data)

    assert answer.status_code == 302
    assert queries.usual_minutes()["visit"] == 90
    assert Change.objects.get(model="timeline.usualminutes").after["minutes"] == 90
    assert login(owner).get(url).status_code == 403
    assert login(admin).post(url, {**data, "visit": 0}).status_code == 422


# --- the pages ----------------------------------------------------------------------------------------------------


@pytest.mark.shows("ARC-05", "CAR-03", "SAL-02")
def test_a_call_is_logged_with_nothing_but_a_channel_and_minutes(login, owner, customer):
    url = f"{reverse('timeline:log')}?customer={customer.pk}"

    answer = login(owner).post(url, {"channel": "call", "minutes": "15"})

    kept = Interaction.objects.get()
    assert answer.headers["Location"] == f"/customers/{customer.pk}/"
    assert (kept.channel, kept.minutes, kept.direction, kept.on) == ("call", 15, "out", date(2026, 11, 22))
    assert [seat.user for seat in kept.participants.all()] == [owner]


@pytest.mark.shows("CAR-03", "SAL-06")
def test_a_visit_is_logged_with_a_need_overheard_and_the_next_step(login, owner, teammate, customer):
    contact = ContactFactory(customer=customer)
    data = {
        "channel": "visit", "other_minutes": "75", "on": "2026-11-20", "clock": "14:30", "summary": "看设备",
        "contact": contact.pk, "participants": [teammate.pk], "need": "二期要变频机", "need_kind": "need",
        "next_title": "报年度价", "next_on": "2026-12-01",
    }  # fmt: skip

    login(owner).post(f"{reverse('timeline:log')}?customer={customer.pk}", data)

    kept, need, task = Interaction.objects.get(), Need.objects.get(), Task.objects.get()
    assert (kept.minutes, kept.contact) == (75, contact)
    assert kept.at == datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
    assert {seat.user for seat in kept.participants.all()} == {owner, teammate}
    assert (need.text, need.source, need.contact, need.said_on) == ("二期要变频机", "visit", contact, kept.on)
    assert (task.title, task.due_on, task.assignee) == ("报年度价", date(2026, 12, 1), owner)


def test_a_day_for_the_next_contact_is_enough_to_open_its_task(login, owner, customer):
    data = {"customer": "C100", "channel": "call", "next_on": "2026-12-01"}

    login(owner).post(reverse("timeline:log"), data)

    assert (Task.objects.get().title, Task.objects.get().kind) == ("再联系一次", "call")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"on": "2026-12-01"}, "on"),
        ({"clock": "23:59"}, "clock"),
        ({"next_title": "报价"}, "next_on"),
        ({"next_on": "2026-11-01"}, "next_on"),
        ({"channel": ""}, "channel"),
        ({"other_minutes": "0"}, "other_minutes"),
        ({"minutes": "7"}, "minutes"),
        ({"customer": "C999"}, "customer"),
        ({"participants": ["99999"]}, "participants"),
    ],
)
def test_what_cannot_be_is_told_on_its_field_and_nothing_is_kept(login, owner, teammate, customer, changes, field):
    data = {"customer": "C100", "channel": "call", "need": "需求", **changes}

    answer = login(owner).post(reverse("timeline:log"), data)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Interaction.objects.exists()
    assert not Need.objects.exists()


def test_nobody_logs_on_a_customer_out_of_sight(login, stranger, customer):
    browser, url = login(stranger), reverse("timeline:log")

    asked = browser.post(f"{url}?customer={customer.pk}", {"channel": "call"})
    named = browser.post(url, {"channel": "call", "customer": "C100"})

    assert (asked.status_code, named.status_code) == (404, 422)
    assert not Interaction.objects.exists()


def test_a_contact_is_corrected_and_taken_back_on_its_page(login, owner, customer):
    kept = added(customer, owner, minutes=12, summary="谈价")
    browser = login(owner)
    page = browser.get(reverse("timeline:interaction", args=[kept.pk])).content.decode()

    data = {"channel": "meeting", "minutes": "60", "summary": "谈妥", "on": "2026-11-22", "clock": "09:00"}
    browser.post(reverse("timeline:interaction_edit", args=[kept.pk]), data)
    kept.refresh_from_db()
    changed = (kept.channel, kept.minutes, kept.summary, kept.at)
    browser.post(reverse("timeline:interaction_remove", args=[kept.pk]))

    assert "谈价" in page
    assert "12 分钟" in page
    assert changed == ("meeting", 60, "谈妥", MORNING)
    assert not Interaction.objects.exists()


def test_a_correction_keeps_the_moment_that_nobody_touched(login, owner, customer):
    kept = added(customer, owner, at=datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC))

    login(owner).post(
        reverse("timeline:interaction_edit", args=[kept.pk]),
        {"channel": "call", "on": "2026-11-21", "clock": "11:04:05", "summary": "补"},
    )

    kept.refresh_from_db()
    assert (kept.summary, kept.at.second) == ("补", 5)


@pytest.mark.parametrize("name", ["interaction", "interaction_edit", "interaction_remove"])
def test_contacts_out_of_sight_are_not_found_and_others_are_not_corrected(login, owner, stranger, customer, name):
    manager = UserFactory(role="sales_manager", department=owner.department)
    url = reverse(f"timeline:{name}", args=[added(customer, owner).pk])

    hidden, others = login(stranger), login(manager)

    verb = "post" if name == "interaction_remove" else "get"
    assert getattr(hidden, verb)(url).status_code == 404
    assert getattr(others, verb)(url).status_code == (200 if name == "interaction" else 403)


@pytest.mark.parametrize("name", ["interaction", "interaction_edit"])
def test_the_fragment_is_that_part_of_the_page(login, owner, name):
    kept = InteractionFactory(author=owner, customer=CustomerFactory(owner=owner))
    browser, url = login(owner), reverse(f"timeline:{name}", args=[kept.pk])

    page, part = browser.get(url).content.decode(), browser.get(url, headers=HTMX).content.decode()

    def plain(text):  # the form's token differs from answer to answer
        return "".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)

    assert "<html" not in part
    assert plain(part).strip() in plain(page)
