"""Custom fields from their making to list, filter, export, journal and search for who may see them."""

import io

import pytest
from django.core.management import call_command
from django.db import connection
from python_calamine import CalamineWorkbook

from holdfast.common.refusals import Refusal
from holdfast.foundation.audit.models import Change
from holdfast.foundation.jobs.models import Job
from holdfast.records.customers import services
from holdfast.records.customers.models import Customer
from holdfast.records.customers.queries.custom import custom_differences, custom_fields, custom_values
from holdfast.records.customers.queries.listing import customer_list
from holdfast.records.customers.services import fields, indexes
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
FIELDS = "/customers/fields/"


# --- values -------------------------------------------------------------------------------------------------------
@pytest.mark.shows("PLT-04")
def test_values_are_kept_typed(filled, own_fields):
    customer = Customer.objects.get(pk=filled[0].pk)

    assert customer.custom == {
        own_fields["text"].code: "走南门", own_fields["number"].code: 60, own_fields["date"].code: "2026-12-31",
        own_fields["choice"].code: "c1", own_fields["yes_no"].code: True,
    }  # fmt: skip


def test_only_what_is_named_changes_and_none_takes_away(filled, own_fields, owner):
    services.change_customer(filled[0], by=owner, custom={own_fields["number"].code: 90, own_fields["text"].code: None})

    kept = Customer.objects.get(pk=filled[0].pk).custom
    assert kept[own_fields["number"].code] == 90
    assert own_fields["text"].code not in kept
    assert kept[own_fields["choice"].code] == "c1"


@pytest.mark.parametrize("custom", [{"unknown": 1}, {"zhangqi": "很多"}])
def test_what_no_field_takes_is_refused_on_its_name(own_fields, owner, custom):
    with pytest.raises(Refusal) as refused:
        services.add_customer(by=owner, name="某厂", custom=custom)

    assert refused.value.field == f"custom_{next(iter(custom))}"
    assert not Customer.objects.exists()


# --- list, filters, export ----------------------------------------------------------------------------------------
@pytest.mark.shows("PLT-04", "ARC-10")
@pytest.mark.parametrize(
    ("kind", "params", "found"),
    [
        ("text", {"": "南"}, [1]),
        ("number", {"_min": "31"}, [1]),
        ("number", {"_min": "30", "_max": "60"}, [1, 2]),
        ("date", {"_max": "2026-12-31"}, [1]),
        ("date", {"_min": "2027-01-01", "_max": "2027-12-31"}, [2]),
        ("choice", {"": "c2"}, [2]),
        ("choice", {"": ["c1", "none"]}, [1, 3]),
        ("yes_no", {"": "1"}, [1]),
        ("yes_no", {"": "0"}, [2]),
        ("yes_no", {"": "none"}, [3]),
        ("number", {"_min": "viel"}, [1, 2, 3]),
        ("date", {"_min": "31.12."}, [1, 2, 3]),
    ],
)
def test_the_list_is_narrowed_by_every_kind(owner, filled, own_fields, kind, params, found):
    asked = {f"{own_fields[kind].param}{end}": value for end, value in params.items()}

    page = customer_list(owner, asked)

    assert sorted(row.customer.name[2] for row in page.rows) == [str(number) for number in found]


def test_the_filter_reads_as_words_and_the_column_too(login, owner, filled, own_fields):
    param = own_fields["number"].param
    html = login(owner).get("/customers/", {f"{param}_min": "31", own_fields["choice"].param: "c1"}).content.decode()

    assert "≥ 31" in html
    assert "年度合同" in html
    assert '<th class="num">账期</th>' in html
    assert '<td class="num nowrap">60</td>' in html


@pytest.mark.shows("PLT-04")
def test_the_filter_page_offers_every_filterable_field_and_keeps_what_was_chosen(login, owner, own_fields, make_field):
    hidden = make_field("内部评语", "text", is_filterable=False)
    html = (
        login(owner)
        .get("/customers/filters/", {f"{own_fields['date'].param}_min": "2026-12-01", own_fields["text"].param: "南"})
        .content.decode()
    )

    assert f'name="{own_fields["date"].param}_min" value="2026-12-01"' in html
    assert f'name="{own_fields["text"].param}" value="南"' in html
    assert all(field.label in html for field in own_fields.values())
    assert hidden.label not in html


@pytest.mark.shows("PLT-04")
def test_an_export_holds_numbers_as_numbers_and_days_as_days(login, manager, filled, own_fields):
    answer = login(manager).post(f"/customers/export/?{own_fields['yes_no'].param}=1", {"format": "xlsx"})

    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    head, row = book.get_sheet_by_index(0).to_python()
    cells = dict(zip(head, row, strict=True))
    assert cells["账期"] == 60
    assert str(cells["合同到期"]) == "2026-12-31"
    assert (cells["合作方式"], cells["直供"], cells["门口"]) == ("年度合同", "是", "走南门")


# --- indexes ------------------------------------------------------------------------------------------------------
@pytest.mark.shows("PLT-04")
def test_a_filterable_field_has_an_index_that_the_filter_uses(admin, own_fields, filled):
    assert {field.index_name for field in own_fields.values()} == indexes.indexes_there()

    page = customer_list(admin, {f"{own_fields['number'].param}_min": "31"})
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        where = f"{indexes.index_sql(connection.vendor, own_fields['number'])} > 5"
        cursor.execute(f"{plan} SELECT id FROM customers_customer WHERE {where}")
        told = str(cursor.fetchall())

    assert len(page.rows) == 1
    assert own_fields["number"].index_name in told


def test_the_filter_writes_the_index_s_own_expression(own_fields):
    sql = str(Customer.objects.filter(customer_list_where(own_fields["number"])).order_by().values("pk").query).replace(
        '"customers_customer".', ""
    )

    assert indexes.index_sql(connection.vendor, own_fields["number"]) in sql


def customer_list_where(field):
    from holdfast.records.customers.queries.listing.customs import _between

    return _between(field)(5, None)


def test_the_index_goes_with_the_wish_to_filter_and_comes_back(admin, make_field):
    field = make_field("账期", "number")

    fields.change_field(field, by=admin, is_filterable=False)
    assert not indexes.indexes_there()
    fields.change_field(field, by=admin, is_filterable=True)
    assert indexes.indexes_there() == {field.index_name}
    fields.archive_field(field, by=admin)
    assert not indexes.indexes_there()


def test_lost_and_left_over_indexes_are_settled(own_fields):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {own_fields['text'].index_name}")
        cursor.execute("CREATE INDEX customer_custom_gone ON customers_customer (id)")

    done = indexes.settle_indexes()

    assert done == {"made": 1, "dropped": 1}
    assert indexes.indexes_there() == {field.index_name for field in own_fields.values()}
    assert indexes.settle_indexes() == {"made": 0, "dropped": 0}


def test_in_a_large_company_the_index_is_made_in_the_background(admin, owner, monkeypatch, make_field):
    monkeypatch.setattr(indexes, "MANY", 0)
    CustomerFactory(owner=owner)

    make_field("账期", "number")

    assert Job.objects.get().name == "customers.field_indexes"
    assert not indexes.indexes_there()


def test_the_migrations_see_no_drift(own_fields):
    call_command("makemigrations", "customers", check=True, dry_run=True, verbosity=0)


# --- who sees what ------------------------------------------------------------------------------------------------
@pytest.mark.shows("ARC-12", "SEC-01")
def test_a_field_for_some_roles_is_hidden_from_others_everywhere(login, owner, manager, make_field, admin):
    secret = make_field("底价", "number", view_roles=["sales_manager"], in_list=True)
    customer = CustomerFactory(owner=owner, name="苏州某厂")
    services.change_customer(customer, by=manager, custom={secret.code: 4711})

    def pages(person):
        client = login(person)
        found = [
            f"/customers/{customer.pk}/", f"/customers/{customer.pk}/edit/", "/customers/", "/customers/columns/",
            "/customers/filters/", f"/customers/?cols={secret.param}", f"/journal/of/customers.customer:{customer.pk}/",
        ]  # fmt: skip
        return "".join(client.get(page).content.decode() for page in found)

    hidden, seen = pages(owner), pages(manager)

    assert "底价" in seen
    assert "4,711" in seen
    assert "底价" not in hidden
    assert "4711" not in hidden
    assert "4,711" not in hidden
    assert len(customer_list(owner, {f"{secret.param}_min": "9999"}).rows) == 1
    assert custom_values(owner, customer) == {}
    assert custom_values(manager, Customer.objects.get()) == {secret.code: 4711}
    with pytest.raises(Refusal, match="您的角色不能填写"):
        services.change_customer(customer, by=owner, custom={secret.code: 1})


@pytest.mark.shows("ARC-12")
def test_who_may_see_but_not_fill_a_field_finds_it_in_no_form(login, owner, make_field):
    field = make_field("信用额度", "number", edit_roles=["sales_manager"])
    customer = CustomerFactory(owner=owner)

    html = login(owner).get(f"/customers/{customer.pk}/edit/").content.decode()

    assert field.param not in html
    assert [known.code for known in custom_fields(owner)] == [field.code]


@pytest.mark.shows("ARC-09", "PLT-04")
def test_the_journal_tells_each_value_in_words(login, owner, filled, own_fields):
    services.change_customer(
        filled[0], by=owner, custom={own_fields["choice"].code: "单次", own_fields["yes_no"].code: "否"}
    )

    change = Change.objects.filter(verb="change").first()
    assert custom_differences(owner, change.before["custom"], change.after["custom"]) == [
        ("合作方式", "年度合同", "单次"),
        ("直供", "是", "否"),
    ]
    html = login(owner).get(f"/journal/of/customers.customer:{filled[0].pk}/").content.decode()
    assert "年度合同" in html


# --- the form -----------------------------------------------------------------------------------------------------
def _post(customer, **more):
    data = {"name": customer.name, "kind": "company", "channel": "end", "version": customer.version}
    return data | {"people-TOTAL_FORMS": "0", "people-INITIAL_FORMS": "0"} | more


@pytest.mark.shows("PLT-04")
def test_the_form_fills_in_every_kind_and_says_what_is_wrong(login, owner, own_fields):
    customer, client = CustomerFactory(owner=owner), login(owner)
    address = f"/customers/{customer.pk}/edit/"
    wrong = _post(customer, **{own_fields["number"].param: "很多", own_fields["text"].param: "走南门"})
    right = _post(
        customer,
        **{
            own_fields["number"].param: "1,200", own_fields["choice"].param: "c2", own_fields["date"].param: "2026-12-31",
            own_fields["yes_no"].param: "0", own_fields["text"].param: "走南门",
        },
    )  # fmt: skip

    refused, saved = client.post(address, wrong), client.post(address, right)

    assert refused.status_code == 422
    assert "「账期」要填数字" in refused.content.decode()
    assert "走南门" in refused.content.decode()
    assert saved.status_code == 302
    assert Customer.objects.get().custom == {
        own_fields["number"].code: 1200, own_fields["choice"].code: "c2", own_fields["date"].code: "2026-12-31",
        own_fields["yes_no"].code: False, own_fields["text"].code: "走南门",
    }  # fmt: skip
    assert 'value="1200"' in client.get(address).content.decode()


def test_a_required_field_is_asked_for(login, owner, make_field):
    field, customer = make_field("账期", "number", is_required=True), CustomerFactory(owner=owner)

    answer = login(owner).post(f"/customers/{customer.pk}/edit/", _post(customer, **{field.param: ""}))

    assert answer.status_code == 422
    assert "请填写账期" in answer.content.decode()


def test_the_customer_s_page_shows_what_is_filled_in_by_group(login, owner, make_field):
    terms, ends = make_field("账期", "number", group="合同"), make_field("合同到期", "date", group="合同")
    customer = CustomerFactory(owner=owner, custom={terms.code: 60})

    html = login(owner).get(f"/customers/{customer.pk}/").content.decode()

    assert "账期" in html
    assert '<dd class="num">60</dd>' in html
    assert ends.label not in html
