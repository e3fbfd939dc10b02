import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from holdfast.common import formats
from holdfast.foundation.accounts.models import Role
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit import queries, rules, services
from holdfast.records.commerce import services as commerce
from holdfast.records.commerce.models import Order
from holdfast.records.commerce.tests.factories import OrderFactory
from holdfast.records.customers import services as customers
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.timeline import services as timeline
from holdfast.records.timeline.models import Task
from holdfast.records.timeline.tests.factories import TaskFactory

pytestmark = pytest.mark.django_db
SUBJECT = "tests.thing:7"


@pytest.fixture
def auditor():
    return UserFactory(login="auditor", role="auditor")


@pytest.fixture
def things(monkeypatch, owner):
    """Only `owner` may see the subject; its model hides a cost from who may not see profit."""
    monkeypatch.setitem(rules._subjects, "tests.thing", lambda viewer, pk: viewer == owner and pk == "7")
    monkeypatch.setattr(type(owner), "profit_fields", frozenset({"language"}))


def entry(owner, department, **values):
    after = {"name": "王芳", "phone": "13812345678", "language": "cost-1234", "department_id": department.pk} | values
    return services.record(
        actor=owner, verb="change", target=owner, before={"name": "王方"}, after=after, subject=SUBJECT
    )


def test_the_journal_says_who_changed_what_before_and_after(owner, department, auditor, login):
    entry(owner, department)

    page = login(auditor).get(reverse("audit:journal")).content.decode()

    assert "王方" in page
    assert "华东销售部" in page
    assert "138****5678" in page
    assert "13812345678" not in page


def test_the_journal_needs_its_permission(owner, login):
    assert login(owner).get(reverse("audit:journal")).status_code == 403


@pytest.mark.shows("ARC-12")
def test_cost_columns_are_hidden_from_who_may_not_see_profit(things, owner, department, auditor, analyst):
    change = entry(owner, department)

    hidden, shown = (queries.line_of(viewer, change, {}) for viewer in (auditor, analyst))

    assert "cost-1234" not in str(hidden.differences)
    assert "cost-1234" in str(shown.differences)


def test_a_subjects_panel_opens_only_to_who_may_see_the_subject(things, owner, stranger, admin, department, login):
    entry(owner, department)
    url = reverse("audit:panel", args=[SUBJECT])

    assert "王方" in login(owner).get(url).content.decode()
    assert login(stranger).get(url).status_code == 404
    assert login(admin).get(reverse("audit:panel", args=["nobody.knows:1"])).status_code == 404
    fragment = login(owner).get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment


def test_a_narrow_scope_reads_only_what_is_within_reach(things, owner, stranger, department, login):
    role = Role.objects.create(code="narrow", name="窄", words=["journal_view"], scope="own")
    stranger.roles.set([role])
    owner.roles.add(role)
    entry(owner, department)

    assert "王方" not in login(stranger).get(reverse("audit:journal")).content.decode()
    assert "王方" in login(owner).get(reverse("audit:journal")).content.decode()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, True),
        ({"who": "方圆"}, True),
        ({"who": "nobody"}, False),
        ({"verb": "change"}, True),
        ({"verb": "delete"}, False),
        ({"model": "accounts.user"}, True),
        ({"model": "accounts.role"}, False),
        ({"since": "2020-01-01", "until": "2099-01-01"}, True),
        ({"until": "2020-01-01"}, False),
        ({"since": "2099-01-01"}, False),
    ],
)
def test_the_journal_is_filtered(owner, department, auditor, login, asked, found):
    entry(owner, department)

    page = login(auditor).get(reverse("audit:journal"), asked).content.decode()

    assert ("王方" in page) is found


def test_a_day_means_the_companys_day(owner, department, auditor):
    change = entry(owner, department)
    day = timezone.localtime(change.at).date()

    assert queries.journal(auditor, since=day, until=day).lines
    assert not queries.journal(auditor, until=day - dt.timedelta(days=1)).lines


def test_the_journal_is_paged_by_key_with_a_fixed_number_of_queries(
    owner, department, auditor, login, django_assert_num_queries
):
    for n in range(queries.PAGE + 5):
        entry(owner, department, name=f"第{n}次")
    client = login(auditor)
    client.get(reverse("audit:journal"))

    with django_assert_num_queries(5):
        first = client.get(reverse("audit:journal"))
    page = first.context["page"]
    second = client.get(reverse("audit:journal"), {"before": page.next_before}).context["page"]

    assert len(page.lines) == queries.PAGE
    assert len(second.lines) == 6  # the five beyond the page, and the department made by its fixture
    assert second.next_before is None


@pytest.mark.parametrize(
    "nonsense", [{"before": "x"}, {"before": "9" * 40}, {"since": "yesterday"}, {"verb": "'; DROP"}]
)
def test_nonsense_in_the_address_is_no_accident(auditor, login, nonsense):
    assert login(auditor).get(reverse("audit:journal"), nonsense).status_code == 200


def test_moments_amounts_and_rows_inside_a_row_are_told_as_pages_tell_them(auditor, owner):
    task = {"done_at": "2026-11-22T02:30:00+00:00", "due_on": "2025-03-04"}
    told = queries.line_of(
        auditor, services.record(actor=owner, verb="finish", target=Task(pk=1, title="x"), after=task), {}
    )
    assert {one.after for one in told.differences} == {formats.moment(parse_datetime(task["done_at"])), "2025-03-04"}

    order = {"revenue_minor": 123456, "lines": [{"cost_price": "8.000000", "text": "滤芯"}, {"cost_price": "9.000000"}]}
    told = queries.line_of(auditor, services.record(actor=owner, verb="add", target=Order(pk=1), after=order), {})
    assert {one.after for one in told.differences} == {"¥1,234.56", "2 条"}
    assert "8.000000" not in str(told.differences)


def test_the_journal_reads_everything_that_the_rooms_write(auditor, owner, login):
    """Records of all rooms, with rows, tags and contacts inside them, in both languages and without an accident."""
    customer = CustomerFactory(owner=owner, tags=["重点"], contacts=[{"name": "王芳", "phone": "13812345678"}])
    customers.change_customer(customer, by=owner, city="苏州", tags=["重点", "出口"], contacts=[{"name": "李强"}])
    commerce.void_order(OrderFactory(customer=customer), by=owner)
    timeline.finish_task(TaskFactory(customer=customer, assignee=owner), outcome="谈好了", by=owner)
    client = login(auditor)

    for language, word in (("zh-hans", "客户"), ("en", "Customer")):
        client.cookies["holdfast_language"] = language
        page = client.get(reverse("audit:journal"))
        assert page.status_code == 200
        assert word in page.content.decode()
        assert "13812345678" not in page.content.decode()
