"""Adding, changing, handing over and putting away customers."""

import datetime as dt

import pytest
from django.db import transaction

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Change
from holdfast.records.customers import queries, services
from holdfast.records.customers.models import Contact, Customer, OwnershipChange, SearchEntry, Tag
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
USCC = "91350100M000100Y43"


@pytest.mark.shows("ARC-01", "ARC-03")
def test_a_customer_is_added_with_people_tags_keys_and_a_code(owner):
    customer = services.add_customer(
        by=owner, owner=owner, name=" 苏州澄光机械有限公司 ", phone="0512-62345678", email="Info@SZCG.cn", uscc=USCC.lower(),
        special_requirements="货到前两小时打电话", contacts=[{"name": "王建国", "phone": "+86 138 6211 6621"}, {"name": "单雪"}],
        tags=["精密", " 精密 ", "苏州"],
    )  # fmt: skip

    assert (customer.code, customer.name, customer.uscc) == ("C000001", "苏州澄光机械有限公司", USCC)
    assert (customer.name_key, customer.phone_key, customer.email_key) == (
        "苏州澄光机械",
        "051262345678",
        "info@szcg.cn",
    )
    assert customer.department == owner.department
    assert [(person.name, person.phone_key, person.is_primary) for person in customer.contacts.all()] == [
        ("王建国", "13862116621", True), ("单雪", "", False),
    ]  # fmt: skip
    assert {tag.name for tag in customer.tags.all()} == {"精密", "苏州"}


@pytest.mark.shows("ARC-10", "ARC-14")
def test_one_and_many_customers_are_written_alike(owner):
    row = {
        "name": "无锡远帆纺织",
        "owner": owner,
        "tags": ["纺织"],
        "contacts": [{"name": "何立", "phone": "13900001111"}],
    }

    single = services.add_customer(by=owner, **row)
    double = services.add_customers([row, row], by=owner)

    same = ("name_key", "phone_key", "department_id", "owner_id", "version")
    assert all(getattr(single, name) == getattr(other, name) for other in double for name in same)
    entries = SearchEntry.objects.order_by("pk").values_list("text", flat=True)
    assert [text.replace(code, "") for text, code in zip(entries, ("c000001", "c000002", "c000003"), strict=True)] == [
        entries[0].replace("c000001", "")
    ] * 3
    assert Change.objects.filter(verb="add", model="customers.customer").count() == 3


def test_codes_go_on_after_the_highest_and_never_meet_one_brought_along(owner):
    services.add_customers(
        [{"name": "甲", "code": "C000007"}, {"name": "乙", "code": "KH-1"}, {"name": "丙"}], by=owner
    )
    later = services.add_customers([{"name": "丁"}, {"name": "戊", "code": "C000009"}, {"name": "己"}], by=owner)

    assert sorted(Customer.objects.values_list("code", flat=True)) == [
        "C000007", "C000008", "C000009", "C000010", "C000011", "KH-1",
    ]  # fmt: skip
    assert [customer.code for customer in later] == ["C000010", "C000009", "C000011"]


def test_numbering_goes_past_six_figures(owner):
    services.add_customer(by=owner, name="甲", code="C999999")

    codes = [services.add_customer(by=owner, name="乙").code for _turn in range(2)]

    assert codes == ["C1000000", "C1000001"]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "甲" * 201}, "name"),
        ({"name": "甲", "uscc": "91350100M000100Y44"}, "uscc"),
        ({"name": "甲", "email": "nobody"}, "email"),
        ({"name": "甲", "kind": "robot"}, "kind"),
        ({"name": "甲", "code": "TAKEN"}, "code"),
        ({"name": "甲", "contacts": [{"name": ""}]}, "contacts"),
        ({"name": "甲", "contacts": [{"name": "乙", "birth_month": 2, "birth_day": 30}]}, "contacts"),
        ({"name": "甲", "contacts": [{"name": "乙", "birth_month": 13, "birth_day": 1}]}, "contacts"),
        ({"name": "甲", "contacts": [{"name": "乙", "birth_month": 5}]}, "contacts"),
        ({"name": "甲", "tags": ["长" * 41]}, "tags"),
    ],
)
def test_a_wrong_row_is_refused_on_its_field_and_nothing_is_written(owner, row, field):
    CustomerFactory(code="TAKEN", owner=owner)
    before = Customer.objects.count()

    with pytest.raises(Refusal) as refused, transaction.atomic():
        services.add_customers([{"name": "好客户"}, row], by=owner)

    assert refused.value.field == field
    assert Customer.objects.count() == before


def test_a_code_named_twice_in_one_set_is_refused(owner):
    with pytest.raises(Refusal) as refused:
        services.add_customers([{"name": "甲", "code": "A1"}, {"name": "乙", "code": "A1"}], by=owner)

    assert refused.value.message.startswith("A1")


def test_changing_writes_the_journal_and_the_search_entry(owner):
    customer = CustomerFactory(owner=owner, name="无锡远帆纺织")

    services.change_customer(customer, by=owner, name="无锡长风纺织")

    change = Change.objects.get(verb="change", model="customers.customer")
    assert (change.before["name"], change.after["name"], change.actor) == ("无锡远帆纺织", "无锡长风纺织", owner)
    assert change.subject == f"customers.customer:{customer.pk}"
    assert queries.search_customers(owner, "长风") == [customer]
    assert queries.search_customers(owner, "远帆") == []
    customer.refresh_from_db()
    assert customer.name_key == "无锡长风纺织"


def test_changing_nothing_writes_nothing(owner):
    customer = CustomerFactory(owner=owner, tags=["甲"], contacts=[{"name": "王建国", "phone": "13862116621"}])
    journal = Change.objects.count()
    same = {"name": customer.name, "tags": ["甲"], "contacts": [{"name": "王建国", "phone": "13862116621"}]}

    changed = services.change_customers([(customer, same)], by=owner)

    assert changed == []
    assert Change.objects.count() == journal
    assert Customer.objects.get().version == 1


def test_two_people_who_edit_at_once_are_told_of_each_other(owner, manager):
    customer = CustomerFactory(owner=owner)
    seen_version = customer.version
    services.change_customer(Customer.objects.get(), by=manager, city="无锡")

    with pytest.raises(Refusal) as refused:
        services.change_customer(customer, by=owner, seen_version=seen_version, city="苏州")

    assert manager.name in refused.value.message
    assert Customer.objects.get().city == "无锡"


def test_contacts_are_matched_changed_added_and_removed(owner):
    customer = CustomerFactory(owner=owner, contacts=[{"name": "王建国"}, {"name": "单雪"}, {"name": "何立"}])
    wang, shan, he = customer.contacts.order_by("pk")

    services.change_customer(
        customer, by=owner,
        contacts=[{"pk": wang.pk, "name": "王建国", "title": "厂长"}, {"name": "单 雪", "phone": "13900001111"}, {"name": "新人"}],
    )  # fmt: skip

    people = {person.pk: person for person in customer.contacts.all()}
    assert people[wang.pk].title == "厂长"
    assert people[shan.pk].phone_key == "13900001111"
    assert he.pk not in people
    assert len(people) == 3
    verbs = Change.objects.filter(model="customers.contact").values_list("verb", flat=True)
    assert sorted(verbs) == ["add", "change", "change", "delete"]
    assert queries.search_customers(owner, "何立") == []
    assert queries.search_customers(owner, "新人") == [customer]


def test_there_is_always_exactly_one_primary_contact(owner):
    customer = CustomerFactory(owner=owner, contacts=[{"name": "王建国"}, {"name": "单雪"}])

    services.change_customer(
        customer, by=owner, contacts=[{"name": "王建国", "is_primary": False}, {"name": "单雪", "is_primary": True}]
    )
    assert [person.name for person in customer.contacts.filter(is_primary=True)] == ["单雪"]

    services.change_customer(customer, by=owner, contacts=[{"name": "王建国"}])
    assert [person.name for person in customer.contacts.filter(is_primary=True)] == ["王建国"]


def test_an_import_adds_people_and_tags_and_removes_none(owner):
    customer = CustomerFactory(owner=owner, tags=["甲"], contacts=[{"name": "王建国", "title": "厂长"}])

    services.change_customers(
        [(customer, {"tags": ["乙"], "contacts": [{"name": "王建国", "phone": "13862116621"}, {"name": "单雪"}]})],
        by=owner, keep_contacts=True,
    )  # fmt: skip

    assert {tag.name for tag in customer.tags.all()} == {"甲", "乙"}
    assert {(person.name, person.title) for person in customer.contacts.all()} == {("王建国", "厂长"), ("单雪", "")}


@pytest.mark.shows("ARC-15")
def test_a_hand_over_moves_owner_and_department_and_is_remembered(owner, stranger, manager):
    customer = CustomerFactory(owner=owner)

    moved = services.assign_customers([customer], to=stranger, by=manager, reason="区域调整")

    customer.refresh_from_db()
    assert (moved, customer.owner, customer.department) == (1, stranger, stranger.department)
    change = OwnershipChange.objects.get()
    assert (change.before, change.after, change.by, change.reason) == (owner, stranger, manager, "区域调整")
    assert Change.objects.filter(verb="assign").count() == 1
    assert services.assign_customers([customer], to=stranger, by=manager) == 0


def test_nobody_hands_over_to_somebody_who_has_left(owner, manager):
    gone = UserFactory(is_active=False)

    with pytest.raises(Refusal) as refused:
        services.assign_customers([CustomerFactory(owner=owner)], to=gone, by=manager)

    assert gone.name in refused.value.message


def test_a_tag_is_put_on_once_and_taken_off_again(owner):
    first, second = CustomerFactory(owner=owner, tags=["甲"]), CustomerFactory(owner=owner)

    assert services.tag_customers([first, second], tag=" 重点 ", by=owner) == 2
    assert services.tag_customers([first, second], tag="重点", by=owner) == 0
    assert services.untag_customers([first, second], tag="重点", by=owner) == 2
    assert [tag.name for tag in first.tags.all()] == ["甲"]


@pytest.mark.shows("ARC-06")
def test_a_customer_is_put_away_and_taken_out_again_but_never_deleted(owner):
    customer = CustomerFactory(owner=owner)

    assert services.archive_customers([customer], by=owner) == 1
    assert services.archive_customers([customer], by=owner) == 0
    assert Customer.objects.get().is_archived
    assert services.restore_customers([customer], by=owner) == 1
    assert not Customer.objects.get().is_archived


def _everything():
    models = (Customer, Contact, Tag, SearchEntry, OwnershipChange)
    links = Customer.tags.through.objects.values_list("customer", "tag")
    return {model._meta.label: sorted(map(str, model.objects.values_list())) for model in models} | {
        "links": set(links)
    }


def test_undoing_an_import_leaves_every_table_as_it_was(owner, manager):
    old = CustomerFactory(owner=owner, name="老客户", tags=["甲"], contacts=[{"name": "王建国"}, {"name": "单雪"}])
    before = _everything()
    batch = audit.open_batch("import", by=manager)

    services.add_customers(
        [{"name": "新客户", "tags": ["乙"], "contacts": [{"name": "何立"}]}], by=manager, batch=batch
    )
    services.change_customers(
        [(old, {"name": "改名客户", "owner": manager, "tags": ["丙"], "contacts": [{"name": "王建国", "title": "总"}, {"name": "新人"}]})],
        by=manager, batch=batch,
    )  # fmt: skip
    audit.undo(batch, by=manager)

    assert _everything() == before
    assert queries.search_customers(owner, "老客户") == [old]
    assert queries.search_customers(manager, "改名客户") == []


def test_a_row_keeps_its_time_stamps(owner):
    customer = CustomerFactory(owner=owner)
    created = Customer.objects.get().created_at

    services.change_customer(customer, by=owner, city="苏州", first_seen_on=dt.date(2020, 2, 29))

    fresh = Customer.objects.get()
    assert fresh.created_at == created
    assert fresh.updated_at > created
    assert fresh.first_seen_on == dt.date(2020, 2, 29)


def test_an_unknown_field_is_a_mistake_of_the_caller(owner):
    with pytest.raises(TypeError, match="telephone"):
        services.add_customer(by=owner, name="甲", telephone="1")


def test_a_customer_that_an_undo_took_away_meanwhile_is_refused_calmly(owner):
    customer = CustomerFactory(owner=owner)
    Customer.objects.all().delete()

    with pytest.raises(Refusal):
        services.change_customer(customer, by=owner, city="苏州")
