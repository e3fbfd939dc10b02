"""The pages that manage custom fields, and what a change does to the values."""

import pytest
from django.urls import reverse

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit.models import Change
from holdfast.records.customers import services
from holdfast.records.customers.models import Customer, CustomField
from holdfast.records.customers.queries.custom import custom_fields, custom_values
from holdfast.records.customers.queries.listing import customer_list
from holdfast.records.customers.services import fields
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
FIELDS = "/customers/fields/"


# --- managing -----------------------------------------------------------------------------------------------------
@pytest.mark.shows("PLT-04")
def test_a_field_is_made_changed_moved_and_put_away_on_its_pages(login, admin):
    client = login(admin)
    made = client.post(
        f"{FIELDS}new/", {"label": "合作方式", "kind": "choice", "choices": "年度\n单次", "in_list": "on"}
    )
    client.post(f"{FIELDS}new/", {"label": "账期", "label_en": "Payment term", "kind": "number"})
    first, second = CustomField.objects.all()
    renamed = {"label": "合作", "kind": "choice", "choices": "年度框架\n单次"}

    client.post(f"{FIELDS}{first.pk}/", renamed)
    client.post(f"{FIELDS}{second.pk}/move/", {"to": "up"})
    client.post(f"{FIELDS}{first.pk}/archive/")

    first.refresh_from_db()
    html = client.get(FIELDS).content.decode()
    assert made.headers["Location"] == FIELDS
    assert [field.code for field in CustomField.objects.order_by("position")] == ["payment_term", "hezuofangshi"]
    assert first.choices == [["c1", "年度框架", ""], ["c2", "单次", ""]]
    assert first.is_archived
    assert html.index("payment_term") < html.index("已归档的字段") < html.index("合作")
    assert Change.objects.filter(model="customers.customfield").count() >= 5


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"label": "", "kind": "text"}, "请给字段起个名称"),
        ({"label": "账期", "kind": "text"}, "已经有叫「账期」的字段"),
        ({"label": "方式", "kind": "choice", "choices": "只有一项"}, "至少要有两项"),
        ({"label": "方式", "kind": "choice", "choices": "甲\n甲"}, "「甲」写了两次"),
    ],
)
def test_a_field_that_cannot_be_is_refused_in_words(login, admin, make_field, data, sentence):
    make_field("账期", "number")

    answer = login(admin).post(f"{FIELDS}new/", data)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


@pytest.mark.shows("PLT-04", "PLT-07")
def test_a_change_of_kind_converts_every_value_or_is_refused_with_how_many(admin, owner, make_field):
    field = make_field("账期", "text")
    customers = [CustomerFactory(owner=owner, custom={field.code: raw}) for raw in ("60", "1,200", "大约三十天")]

    with pytest.raises(Refusal, match="有 1 位客户的内容变不成「数字」，例如「大约三十天」"):
        fields.change_field(field, by=admin, kind="number")
    services.change_customer(customers[2], by=owner, custom={field.code: "30"})
    fields.change_field(field, by=admin, kind="number")

    assert [c.custom[field.code] for c in Customer.objects.order_by("pk")] == [60, 1200, 30]
    assert len(customer_list(admin, {f"{field.param}_min": "50"}).rows) == 2
    assert Change.objects.filter(subject=f"customers.customer:{customers[0].pk}", verb="change").exists()


def test_a_choice_in_use_cannot_be_taken_away_but_renamed(admin, filled, own_fields):
    field = own_fields["choice"]

    with pytest.raises(Refusal, match="还有 1 位客户选着「单次」"):
        fields.change_field(field, by=admin, choices="年度合同\n季度\n月度")
    fields.change_field(field, by=admin, choices="年度合同\n一次性")

    assert CustomField.objects.get(pk=field.pk).choices[1] == ["c2", "一次性", ""]


def test_a_field_put_away_keeps_its_values(admin, owner, filled, own_fields):
    field = own_fields["number"]

    fields.archive_field(field, by=admin)
    assert field.code not in custom_values(owner, filled[0])
    fields.restore_field(CustomField.objects.get(pk=field.pk), by=admin)

    assert custom_values(owner, filled[0])[field.code] == 60


@pytest.mark.shows("ARC-12")
def test_managing_fields_needs_its_word(login, manager, make_field):
    field = make_field("账期", "number")
    client = login(manager)

    answers = [
        client.get(FIELDS),
        client.get(f"{FIELDS}new/"),
        client.get(f"{FIELDS}{field.pk}/"),
        client.post(f"{FIELDS}{field.pk}/archive/"),
        client.post(f"{FIELDS}{field.pk}/move/"),
    ]

    assert {answer.status_code for answer in answers} == {403}


def test_labels_are_english_for_who_reads_english(login, owner, make_field):
    make_field("账期", "number", label_en="Payment term", in_list=True)
    owner.language = "en"
    owner.save()

    html = login(owner).get(reverse("customers:columns")).content.decode()

    assert "Payment term" in html


def test_the_definitions_are_read_once_a_request(admin, make_field, django_assert_num_queries):
    make_field("账期", "number")
    viewer = UserFactory(role="sales")
    viewer.words  # noqa: B018 -- roles are read

    with django_assert_num_queries(1):
        for _turn in range(5):
            custom_fields(viewer)
