"""Mappings with a name: kept once, chosen by anybody, followed after that."""

from __future__ import annotations

import pytest

from holdfast.common.refusals import Refusal
from holdfast.doors.intake import queries, services
from holdfast.doors.intake.models import Mapping
from holdfast.doors.intake.tests import making
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit.models import Change

pytestmark = [pytest.mark.django_db, pytest.mark.shows("PLT-02")]
HEADINGS = ["Firma", "Kundennummer", "Ort"]
COLUMNS = {"name": "Firma", "code": "Kundennummer", "city": "Ort"}


@pytest.fixture
def colleague():
    return UserFactory(login="colleague", role="sales_manager")


def received(by, headings=HEADINGS, kind="customers", **how):
    return making.receive(making.csv_file(headings, [["Acme", "D-7", "Leeds"][: len(headings)]]), kind, by, **how)


def named(by, name="SAP 导出", columns=COLUMNS):
    services.set_columns(received(by), columns=columns, date_order="", by=by, save_as=name)
    return Mapping.objects.named("customers").get(name=name)


def test_what_one_person_names_another_can_choose_for_a_file(manager, colleague):
    named(manager)

    imp = services.choose_mapping(received(colleague, ["kundennummer *", "Firma", "Anderes"]), "sap 导出")

    assert imp.columns == {"code": "kundennummer *", "name": "Firma"}
    assert imp.facts["mapping"] == "SAP 导出"


def test_a_choice_is_remembered_and_follows_what_the_mapping_becomes(manager, colleague):
    mapping = named(manager)
    imp = services.choose_mapping(received(colleague), "SAP 导出")
    services.set_columns(imp, columns=imp.columns, date_order="", by=colleague)

    services.rename_mapping(mapping, "SAP 新", by=manager)
    named(manager, "SAP 新", {"name": "Firma", "city": "Ort"})

    later = received(colleague)
    assert later.facts["mapping"] == "SAP 新"
    assert later.columns == {"name": "Firma", "city": "Ort"}


def test_columns_changed_by_hand_no_longer_follow_the_name(manager, colleague):
    named(manager)
    imp = services.choose_mapping(received(colleague), "SAP 导出")

    services.set_columns(imp, columns={"name": "Firma"}, date_order="", by=colleague)

    later = received(colleague)
    assert (later.columns, later.facts.get("mapping")) == ({"name": "Firma"}, None)


def test_a_removed_mapping_leaves_the_columns_it_had_given(manager, colleague):
    mapping = named(manager)
    imp = services.choose_mapping(received(colleague), "SAP 导出")
    services.set_columns(imp, columns=imp.columns, date_order="", by=colleague)

    services.remove_mapping(mapping, by=manager)

    assert received(colleague).columns == COLUMNS
    assert not Mapping.objects.named("customers").exists()


def test_a_name_stands_once_for_a_kind_whatever_its_letters(manager, colleague):
    named(manager, "SAP")

    with pytest.raises(Refusal, match="SAP"):
        named(colleague, "sap")
    assert Mapping.objects.exclude(name="").count() == 1


@pytest.mark.parametrize("name", ["odoo", "EspoCRM", "纷享销客"])
def test_the_names_of_built_in_mappings_are_taken(manager, name):
    with pytest.raises(Refusal, match="自带"):
        named(manager, name)


def test_only_its_maker_and_an_administrator_rename_or_remove_it(manager, colleague):
    mapping = named(manager)
    admin = UserFactory(login="boss", role="admin")

    with pytest.raises(Refusal):
        services.rename_mapping(mapping, "别的", by=colleague)
    with pytest.raises(Refusal):
        services.remove_mapping(mapping, by=colleague)
    services.rename_mapping(mapping, "别的", by=admin)

    mapping.refresh_from_db()
    assert mapping.name == "别的"


def test_naming_renaming_and_removing_stand_in_the_journal(manager):
    mapping = named(manager)
    services.rename_mapping(mapping, "别的", by=manager)
    services.remove_mapping(mapping, by=manager)

    verbs = Change.objects.filter(model="intake.mapping").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["create", "change", "delete"]


def test_the_built_in_ones_are_named_for_the_kinds_they_know():
    assert [some.title for some in queries.named_mappings("customers")] == ["EspoCRM", "Odoo", "纷享销客"]
    assert [some.title for some in queries.named_mappings("invoices")] == ["Odoo"]
    assert queries.named_mapping("customers", "fxiaoke") == queries.named_mapping("customers", "纷享销客")


def test_a_mapping_that_fits_no_column_is_refused(manager):
    with pytest.raises(Refusal, match="一列都没有"):
        services.choose_mapping(received(manager), "Odoo")


def test_on_the_columns_page_a_mapping_is_chosen_and_another_saved(login, manager):
    named(manager)
    imp = received(manager, ["Firma", "Land", "Ort"])
    browser = login(manager)

    browser.post(f"/imports/{imp.pk}/mapping/", {"mapping": "SAP 导出"})
    page = browser.get(f"/imports/{imp.pk}/columns/").content.decode()
    browser.post(f"/imports/{imp.pk}/columns/", {"column-0": "name", "column-2": "city", "save_as": "只要城市"})

    assert '<option value="SAP 导出" selected>' in page
    assert Mapping.objects.get(name="只要城市").columns == {"name": "Firma", "city": "Ort"}


def test_a_taken_name_is_said_at_its_field_and_the_columns_stay_chosen(login, manager):
    imp = received(manager)

    answer = login(manager).post(f"/imports/{imp.pk}/columns/", {"column-0": "name", "save_as": "Odoo"})

    assert answer.status_code == 422
    assert "自带" in answer.content.decode()
    assert not Mapping.objects.exclude(name="").exists()


def test_the_page_of_mappings_renames_and_removes(login, manager):
    mapping = named(manager)
    browser = login(manager)

    page = browser.get("/imports/mappings/").content.decode()
    browser.post(f"/imports/mappings/{mapping.pk}/", {"name": "新名"})
    shown = browser.get(f"/imports/mappings/{mapping.pk}/").content.decode()
    browser.post(f"/imports/mappings/{mapping.pk}/remove/")

    assert "SAP 导出" in page
    assert "EspoCRM" in page
    assert "新名" in shown
    assert "Kundennummer" in shown
    assert not Mapping.objects.exclude(name="").exists()
