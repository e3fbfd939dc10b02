"""What programs read stands in the register of exports: one line a day for each token and address."""

from __future__ import annotations

import pytest

from holdfast.doors.api.tests.callers import Caller
from holdfast.foundation.audit.models import Change, Export
from holdfast.foundation.audit.queries import export_register
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.shows("SEC-02")]


@pytest.fixture
def customers(owner):
    return [CustomerFactory(owner=owner, phone=f"1380000000{n}") for n in range(3)]


def test_pages_of_one_list_add_up_to_one_line(caller, owner, customers):
    first = caller.get("customers?limit=2&stars=0").json()
    caller.get(f"customers?limit=2&stars=0&cursor={first['next']}")

    line = Export.objects.get()
    assert (line.actor, line.what, line.kind, line.rows) == (owner, "api.list_customers", "api", 3)
    assert (line.filters, line.numbers, line.label) == ({"stars": ["0"]}, "raw", caller.token.name)
    assert Change.objects.filter(verb="export").count() == 1


def test_each_token_and_each_list_has_its_own_line(caller, owner, customers):
    other = Caller(owner)
    caller.get("customers")
    other.get("customers")
    other.get("contacts")
    other.get("tasks")

    assert sorted(Export.objects.values_list("key", flat=True))[0].endswith(":list_customers")
    assert Export.objects.count() == 2


def test_a_line_says_whether_numbers_were_masked_even_where_only_they_were_asked(manager, owner, customers):
    from holdfast.foundation.accounts.rules import Permission

    words = [str(word) for word in (Permission.CUSTOMER_VIEW,)]
    CustomerFactory(owner=manager, phone="13900000009")
    Caller(manager, words=words).get("customers?fields=phone")

    assert Export.objects.get().numbers in ("masked", "mixed")


def test_filters_of_a_day_are_kept_five_values_at_most(caller, customers):
    for word in ("客", "客户", "机", "机械", "有", "有限"):
        caller.get(f"customers?q={word}")

    assert Export.objects.get().filters["q"] == ["客", "客户", "机", "机械", "有"]


def test_lists_of_the_house_and_single_rows_are_no_exports(caller, customers):
    caller.get("people")
    caller.get("standards")
    caller.get(f"customers/{customers[0].pk}")

    assert not Export.objects.exists()


def test_more_rows_than_a_day_allows_are_told_once(caller, customers, settings, django_capture_on_commit_callbacks):
    settings.EXPORT_ROWS_A_DAY = 2

    with django_capture_on_commit_callbacks(execute=True):
        caller.get("customers")
        caller.get("customers")

    line = Export.objects.get()
    assert line.rows == 6
    assert [reason[0] for reason in line.unusual] == ["day"]


def test_the_register_names_the_list_in_both_languages(caller, admin, customers):
    from django.utils import translation

    caller.get("customers")
    with translation.override("zh-hans"):
        chinese = export_register(admin).lines[0].title
    with translation.override("en"):
        english = export_register(admin).lines[0].title

    assert (chinese, english) == ("程序读取：客户列表", "Read by a program: List customers")
