"""Every file that leaves stands in the register, in words, and what is unusual is told."""

import datetime as dt

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Export
from holdfast.foundation.audit.rules import exports as rules
from holdfast.foundation.notices.models import Notice
from holdfast.records.customers.tests.factories import CustomerFactory

PAGE = "/journal/exports/"


# --- what is unusual ----------------------------------------------------------------------------------------------
@pytest.mark.shows("SEC-03")
@pytest.mark.parametrize(
    ("rows", "earlier", "today", "codes"),
    [
        (1000, [100] * 5, 0, ["median"]),
        (500, [100] * 5, 0, []),
        (1000, [100] * 4, 0, []),
        (150, [10] * 9, 0, []),
        (1000, [], 4500, ["day"]),
        (5000, [100] * 9, 1, ["median", "day"]),
        (5000, [4000] * 9, 0, []),
    ],
)
def test_an_export_stands_out_by_one_s_own_habit_or_by_the_day(rows, earlier, today, codes):
    found = rules.unusual(rows, earlier=earlier, today=today, day_limit=5000)

    assert [code for code, _facts in found] == codes


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**6), max_size=20), st.integers(0, 10**6))
def test_whatever_the_past_a_larger_export_is_never_less_unusual(rows, earlier, today):
    less = rules.unusual(rows, earlier=earlier, today=today, day_limit=5000)
    more = rules.unusual(rows + 1, earlier=earlier, today=today, day_limit=5000)

    assert {code for code, _facts in less} <= {code for code, _facts in more}
    assert all(rules.reason_words(reason) for reason in more)


def take(client, address="/customers/export/", **data):
    """Take the file away whole."""
    return b"".join(client.post(address, data).streaming_content)


# --- the register -------------------------------------------------------------------------------------------------
@pytest.fixture
def suzhou(owner):
    return CustomerFactory(owner=owner, name="苏州澄光", city="苏州", phone="13862116621")


@pytest.mark.django_db
@pytest.mark.shows("SEC-03")
def test_an_export_of_the_list_is_registered_with_its_filter_in_words(login, manager, admin, suzhou):
    take(login(manager), "/customers/export/?region=苏州&q=13862116621", format="csv")

    export = Export.objects.get()
    html = login(admin).get(PAGE).content.decode()
    assert (export.actor, export.what, export.kind, export.rows) == (manager, "customers.list", "csv", 1)
    assert (export.numbers, export.ip) == ("raw", "127.0.0.1")
    assert all(word in html for word in ("关敏", "客户列表", "地区", "苏州", "完整号码", "127.0.0.1", "138****6621"))
    assert "13862116621" not in html


@pytest.mark.django_db
@pytest.mark.shows("SEC-03")
def test_the_register_tells_masked_mixed_and_whole_numbers_apart(login, suzhou):
    analyst = UserFactory(role="analyst")

    take(login(analyst))
    CustomerFactory(owner=analyst)
    take(login(analyst))
    take(login(UserFactory(role="service_manager")))

    assert list(Export.objects.order_by("pk").values_list("numbers", flat=True)) == ["masked", "mixed", "raw"]


@pytest.mark.django_db
def test_chosen_customers_are_registered_as_chosen(login, manager, admin, suzhou):
    take(login(manager), "/customers/bulk/", action="export", pk=[suzhou.pk])

    assert Export.objects.get().filters == {"chosen": 1}
    assert "勾选" in login(admin).get(PAGE).content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
@pytest.mark.shows("SEC-03")
@override_settings(EXPORT_ROWS_A_DAY=1)
def test_administrators_are_told_of_an_unusual_export_once(login, manager, admin, suzhou):
    CustomerFactory(owner=suzhou.owner)

    take(login(manager))

    html = login(admin).get(PAGE, {"only": "unusual"}).content.decode()
    assert [notice.user for notice in Notice.objects.filter(kind="audit.export")] == [admin]
    assert "数量异常" in html
    assert "当天共 2 行，超过每天 1 行" in html
    assert "关敏 导出了 2 行，数量异常" in login(admin).get(reverse("notices:inbox")).content.decode()


@pytest.mark.django_db
def test_the_register_is_narrowed_and_goes_on_by_key(login, admin, owner):
    for number in range(60):
        audit.note_export(by=owner if number % 2 else admin, what="customers.list", kind="csv", rows=number)
    Export.objects.filter(actor=owner).update(at=timezone.now() - dt.timedelta(days=40))
    client = login(admin)

    first = client.get(PAGE)
    own = client.get(PAGE, {"who": owner.name})
    recent = client.get(PAGE, {"since": (timezone.localdate() - dt.timedelta(days=1)).isoformat()})

    assert len(first.context["page"].lines) == 50
    assert len(client.get(PAGE, {"before": first.context["page"].next_before}).context["page"].lines) == 10
    assert {line.export.actor for line in own.context["page"].lines} == {owner}
    assert {line.export.actor for line in recent.context["page"].lines} == {admin}
    assert "没有符合的记录" in client.get(PAGE, {"what": "customers.list", "only": "raw"}).content.decode()


@pytest.mark.django_db
@pytest.mark.shows("ARC-12")
def test_the_register_needs_its_word_and_shows_a_narrow_reader_one_s_own(login, owner, teammate):
    reader = UserFactory(role="auditor", department=owner.department)
    reader.roles.update(scope="own")
    for person in (reader, teammate):
        audit.note_export(by=person, what="customers.list", kind="csv", rows=1)

    page = login(reader).get(PAGE)

    assert login(owner).get(PAGE).status_code == 403
    assert [line.export.actor for line in page.context["page"].lines] == [reader]


@pytest.mark.django_db
def test_an_empty_register_says_what_will_stand_there(login, admin):
    assert "还没有人导出过" in login(admin).get(PAGE).content.decode()
