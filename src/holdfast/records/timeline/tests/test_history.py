"""One history per customer: lines that are pushed, fetched, compared, told and paged."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from holdfast.records.customers import services as customers
from holdfast.records.customers.models import StandingChange
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.timeline import jobs, queries, rules, services
from holdfast.records.timeline.models import Entry
from holdfast.records.timeline.tests.factories import EntryFactory, InteractionFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.fixture
def customer(owner):
    return CustomerFactory(owner=owner, name="苏州澄光精密机械有限公司")


def pushed(customer, **fields):
    plain = {"source": "shop.order", "source_id": 7, "kind": "order", "at": NOON, "payload": {"minor": 1200}}
    return services.push_entry(customer, **{**plain, **fields})


def shown(viewer, customer, **asked):
    page = queries.history_page(viewer, customer, **asked)
    return [line.entry for _month, lines in page.months for line in lines], page.after


# --- pushing ------------------------------------------------------------------------------------------------------


def test_the_same_thing_told_again_changes_its_line(customer, owner):
    pushed(customer)

    again = pushed(customer, payload={"minor": 900}, by=owner)

    entry = Entry.objects.get()
    assert entry.pk == again.pk
    assert (entry.payload, entry.author, entry.at) == ({"minor": 900}, owner, NOON)


def test_of_two_rows_for_one_thing_the_last_counts(customer):
    row = {"customer": customer, "source": "shop.order", "source_id": 1, "kind": "order", "at": NOON}

    services.push_entries([{**row, "payload": {"n": 1}}, {**row, "payload": {"n": 2}}])

    assert Entry.objects.get().payload == {"n": 2}


def test_a_thousand_lines_take_a_handful_of_questions(customer):
    rows = [
        {"customer": customer, "source": "shop.order", "source_id": n, "kind": "order", "at": NOON} for n in range(1000)
    ]

    with CaptureQueriesContext(connection) as asked:
        services.push_entries(rows)

    assert Entry.objects.count() == 1000
    assert len(asked) <= 30


def test_a_line_is_taken_out_by_its_source(customer):
    pushed(customer)

    assert services.remove_entry("shop.order", 7) == 1
    assert services.remove_entry("shop.order", 7) == 0


@pytest.mark.parametrize("wrong", [{"kind": "dance"}, {"at": datetime(2026, 11, 20)}])
def test_only_known_kinds_and_moments_with_a_zone_are_taken(customer, wrong):
    with pytest.raises(ValueError, match=r"dance|time zone"):
        pushed(customer, **wrong)

    assert not Entry.objects.exists()


# --- the customers room -------------------------------------------------------------------------------------------


@pytest.mark.shows("ARC-09", "TIE-03")
def test_birth_hand_over_stars_and_archive_are_fetched_from_the_customers_room(customer, owner, teammate):
    customers.assign_customers([customer], to=teammate, by=owner, reason="换片区")
    StandingChange.objects.create(
        customer=customer, on="2026-10-31", month="2026-10", field="stars", before="4", after="5"
    )
    StandingChange.objects.create(
        customer=customer, on="2026-10-31", month="2026-10", field="risk", before="low", after="high"
    )
    customers.archive_customers([customer], by=owner)
    customer.refresh_from_db()

    services.collect_customer(customer)

    words = {line.words for line in queries.told(Entry.objects.all())}
    assert {"建立档案", "归档，不再出现在名单里", "星级 4 星 → 5 星"} < words
    assert f"由 {owner.name} 转交给 {teammate.name}" in words
    assert Entry.objects.get(source="customers.ownershipchange").text == "换片区"
    assert len(words) == 4


def test_fetching_twice_writes_nothing_and_a_customer_taken_out_of_the_archive_loses_that_line(customer, owner):
    customers.archive_customers([customer], by=owner)
    services.collect_customer(customer)

    again = services.collect_customer(customer)
    customers.restore_customers([customer], by=owner)
    gone = services.collect_customer(customer)

    assert (again, gone) == (0, 1)
    assert not Entry.objects.filter(source="customers.archived").exists()


# --- compare and make anew ----------------------------------------------------------------------------------------


@pytest.mark.shows("ARC-09")
def test_the_doctor_counts_and_mends_what_differs(customer, owner):
    kept, lost, altered = InteractionFactory.create_batch(3, customer=customer, author=owner)
    services.rebuild_entries()
    Entry.objects.filter(source_id=lost.pk, source="timeline.interaction").delete()
    Entry.objects.filter(source_id=altered.pk, source="timeline.interaction").update(text="改过")
    pushed(customer, source="timeline.interaction", source_id=10**9, kind="contact")

    dry = services.rebuild_entries("timeline.interaction", is_dry=True)
    mended = services.rebuild_entries("timeline.interaction")
    after = services.rebuild_entries("timeline.interaction")

    assert dry == mended == {"timeline.interaction": {"missing": 1, "changed": 1, "extra": 1, "right": 1}}
    assert after == {"timeline.interaction": {"missing": 0, "changed": 0, "extra": 0, "right": 3}}
    assert set(Entry.objects.filter(source="timeline.interaction").values_list("source_id", flat=True)) == {
        kept.pk, lost.pk, altered.pk,
    }  # fmt: skip


def test_lines_of_a_source_that_cannot_be_made_anew_are_left_alone(customer):
    pushed(customer)

    assert "shop.order" not in services.rebuild_entries()
    assert Entry.objects.filter(source="shop.order").exists()


def test_the_nightly_work_adds_up_what_it_mended(customer):
    assert jobs.rebuild(None)["missing"] == 1  # the customer's own birth
    assert jobs.rebuild(None)["right"] == 1


# --- reading ------------------------------------------------------------------------------------------------------


@pytest.mark.shows("ARC-05", "ARC-09")
def test_pages_follow_each_other_though_lines_arrive_meanwhile(customer, owner):
    lines = [EntryFactory(customer=customer, at=NOON - timedelta(hours=n // 3)) for n in range(50)]

    first, place = shown(owner, customer, size=20)
    EntryFactory(customer=customer, at=NOON + timedelta(days=1))
    EntryFactory(customer=customer, at=first[5].at)
    second, place = shown(owner, customer, after=place, size=20)
    third, end = shown(owner, customer, after=place, size=20)

    read = [entry.pk for entry in first + second + third]
    assert len(read) == len(set(read)) == 50
    assert set(read) == {entry.pk for entry in lines}
    assert end == ""


@pytest.mark.parametrize("nonsense", ["x", "~", "2026-11-20~1", "2026-11-20T00:00:00+00:00~" + "9" * 40, "\x00~1"])
def test_a_place_that_makes_no_sense_begins_at_the_newest_line(customer, owner, nonsense):
    entry = EntryFactory(customer=customer, at=NOON)

    assert shown(owner, customer, after=nonsense) == ([entry], "")


def test_the_history_is_read_by_kind_and_by_words(customer, owner):
    note = EntryFactory(customer=customer, kind="contact", text="对方要锁价一年，滤芯涨了")
    EntryFactory(customer=customer, kind="order", text="锁价")
    EntryFactory(kind="contact", text="锁价一年")

    assert shown(owner, customer, kind="contact", text="锁价")[0] == [note]
    assert shown(owner, customer, text="滤芯 锁价")[0] == [note]
    assert shown(owner, customer, text="100%")[0] == []
    assert queries.kinds_of(owner, customer) == {"contact": 1, "order": 1}


def test_a_stranger_reads_nothing(customer, owner, stranger, login):
    EntryFactory(customer=customer)

    assert shown(stranger, customer)[0] == []
    assert queries.kinds_of(stranger, customer) == {}
    assert login(stranger).get(reverse("timeline:history", args=[customer.pk])).status_code == 404


def test_a_line_without_words_is_told_by_its_kind_and_never_breaks_the_page(customer, owner):
    EntryFactory(customer=customer, source="unknown.thing", kind="service")

    [line] = queries.told(queries.entries_of(owner, customer))

    assert line.words == "服务"


def test_every_registered_line_is_told_in_both_languages():
    payloads = [
        *({"channel": channel, "direction": direction, "minutes": 75} for direction, channel in rules.TOLD),
    ]
    words = rules.wording_of("timeline.interaction").words

    chinese = [words(payload) for payload in payloads]
    with translation.override("en"):
        english = [words(payload) for payload in payloads]

    assert len(set(chinese)) == len(set(english)) == 12
    assert all(text.isascii() or "·" in text for text in english)


# --- notes of all customers ---------------------------------------------------------------------------------------


@pytest.mark.shows("ARC-10")
@pytest.mark.parametrize("few", [0, 900])
def test_notes_of_every_visible_customer_are_found_by_their_words(customer, owner, teammate, login, monkeypatch, few):
    monkeypatch.setattr(queries.history, "FEW_CUSTOMERS", few)
    older = EntryFactory(customer=customer, kind="contact", text="二期要锁价", at=NOON - timedelta(days=9))
    newer = EntryFactory(customer=CustomerFactory(owner=owner), kind="need", text="锁价一年，二期")
    EntryFactory(customer=CustomerFactory(owner=teammate), text="二期锁价，别人的客户")
    EntryFactory(customer=customer, text="二期")

    found = [line.entry for line in queries.notes_with(owner, "二期 锁价", 50)]
    html = login(owner).get(reverse("timeline:notes"), {"q": "二期 锁价"}).content.decode()

    assert found == [newer, older]
    assert customer.name in html
    assert "别人的客户" not in html
    assert [line.entry for line in queries.notes_with(owner, "二期 锁价", 1)] == [newer]


@pytest.mark.parametrize(("q", "said"), [("", "找哪句话"), ("锁", "至少写两个字"), ("没有写过", "没有记录写着")])
def test_the_search_in_notes_says_what_it_needs(owner, login, q, said):
    assert said in login(owner).get(reverse("timeline:notes"), {"q": q}).content.decode()


# --- the page -----------------------------------------------------------------------------------------------------


def test_the_page_groups_lines_by_month_and_does_not_repeat_a_month(customer, owner, login):
    for n in range(30):
        EntryFactory(customer=customer, at=NOON - timedelta(hours=n), text=f"第{n}句")
    browser, url = login(owner), reverse("timeline:history", args=[customer.pk])

    first = browser.get(url)
    older = browser.get(first.context["older"], headers=HTMX)

    month = next(iter(first.context["months"]))[0]
    assert month == older.context["month_before"]
    assert "第0句" in first.content.decode()
    assert "第20句" in older.content.decode()
    assert 'class="day"' not in older.content.decode().split("第20句")[0]
    assert "<html" not in older.content.decode()


def test_the_fragment_is_that_part_of_the_page(customer, owner, login):
    browser, url = login(owner), reverse("timeline:history", args=[customer.pk])

    page, part = browser.get(url).content.decode(), browser.get(url, headers=HTMX).content.decode()

    assert "<html" not in part
    assert part.strip() in page


def test_a_filter_without_a_line_says_so_and_leads_back(customer, owner, login):
    html = login(owner).get(reverse("timeline:history", args=[customer.pk]), {"q": "没写过"}).content.decode()

    assert "没有记录写着「没写过」" in html


def test_what_people_wrote_is_escaped(customer, owner, login):
    EntryFactory(customer=customer, text="<script>alert(1)</script>")

    html = login(owner).get(reverse("timeline:history", args=[customer.pk])).content.decode()

    assert "<script>alert" not in html


def test_the_page_asks_the_same_number_of_questions_however_long(customer, owner, login):
    browser, url = login(owner), reverse("timeline:history", args=[customer.pk])

    def questions():
        browser.get(url)
        with CaptureQueriesContext(connection) as asked:
            browser.get(url)
        return len(asked)

    InteractionFactory(customer=customer, author=owner)
    services.rebuild_entries()
    few = questions()
    for n in range(12):
        InteractionFactory(customer=customer, author=owner, at=timezone.now() - timedelta(days=n))
    services.rebuild_entries()

    assert questions() == few <= 18
