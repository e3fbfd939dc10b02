from datetime import UTC, date, datetime, time

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit.models import Change
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.timeline import rules, services
from holdfast.records.timeline.models import CalendarFeed
from holdfast.records.timeline.tests.factories import TaskFactory

CHANGED = datetime(2026, 11, 20, 2, tzinfo=UTC)


def read(token):
    return Client().get(reverse("timeline:calendar_file", args=[token]))


def unfolded(text):
    return text.replace("\r\n ", "").split("\r\n")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_title_is_folded_without_cutting_a_character_and_reads_the_same(title):
    written = rules.calendar("x", [rules.Event("1", title, date(2026, 11, 25), CHANGED)])

    assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))
    assert f"SUMMARY:{rules.escaped(title)}" in unfolded(written)
    assert written.count("BEGIN:VEVENT") == 1 or "BEGIN:VEVENT" in title


def test_a_line_end_in_a_title_begins_no_line_of_its_own():
    written = rules.calendar("x", [rules.Event("1", "a\r\nEND:VCALENDAR", date(2026, 11, 25), CHANGED)])

    assert "SUMMARY:a\\nEND:VCALENDAR" in written
    assert unfolded(written).count("END:VCALENDAR") == 1


@pytest.mark.django_db
def test_a_calendar_program_reads_ones_own_open_tasks_alone(owner, teammate):
    customer = CustomerFactory(owner=owner, name="澄光")
    TaskFactory(
        customer=customer, assignee=owner, title="致电 13812346621", due_on=date(2026, 11, 25), due_time=time(15),
        remind_minutes=60,
    )  # fmt: skip
    TaskFactory(customer=customer, assignee=owner, title="整天的事", due_on=date(2026, 11, 26))
    TaskFactory(customer=customer, assignee=teammate, title="别人的事")
    TaskFactory(customer=customer, assignee=owner, title="做完的事", done=True)

    answer = read(services.make_feed(owner))

    text = "\n".join(unfolded(answer.content.decode()))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "SUMMARY:致电 138****6621" in text
    assert "13812346621" not in text
    assert "DTSTART:20261125T070000Z" in text
    assert "TRIGGER:-PT60M" in text
    assert "DTSTART;VALUE=DATE:20261126" in text
    assert "DESCRIPTION:澄光" in text
    assert "别人的事" not in text
    assert "做完的事" not in text


@pytest.mark.django_db
def test_only_the_newest_address_of_somebody_in_service_is_answered(owner):
    old = services.make_feed(owner)
    new = services.make_feed(owner)
    assert read(old).status_code == 404
    assert read(new).status_code == 200
    assert new not in str(CalendarFeed.objects.values())

    owner.is_active = False
    owner.save()
    assert read(new).status_code == 404
    assert read("not-a-token").status_code == 404


@pytest.mark.django_db
def test_the_address_is_shown_once_and_ended_by_a_button(owner, login):
    browser, url = login(owner), reverse("timeline:calendar")

    address = browser.post(url, {"action": "make"}).context["address"]
    token = address.rpartition("/")[2].removesuffix(".ics")
    assert read(token).status_code == 200
    assert token not in browser.get(url).content.decode()
    assert token not in str(Change.objects.values())

    browser.post(url, {"action": "remove"})
    assert read(token).status_code == 404
    assert not CalendarFeed.objects.exists()


@pytest.mark.django_db
def test_without_a_view_of_customers_there_is_no_calendar(login):
    nobody = UserFactory(role=None)

    assert login(nobody).get(reverse("timeline:calendar")).status_code == 403
    assert read(services.make_feed(nobody)).status_code == 404
