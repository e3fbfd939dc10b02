"""Fields of a company's own, for the tests that need some."""

import pytest

from holdfast.records.customers.services import fields
from holdfast.records.customers.tests.factories import CustomerFactory


@pytest.fixture
def make_field(admin):
    """`make_field("账期", "number", filterable…)`."""

    def make(label, kind, **options):
        return fields.add_field(by=admin, label=label, kind=kind, **{"is_filterable": True, **options})

    return make


@pytest.fixture
def own_fields(make_field):
    """One field of every kind."""
    return {
        "text": make_field("门口", "text"),
        "number": make_field("账期", "number", in_list=True),
        "date": make_field("合同到期", "date"),
        "choice": make_field("合作方式", "choice", choices="年度合同 = Annual contract\n单次"),
        "yes_no": make_field("直供", "yes_no"),
    }


@pytest.fixture
def filled(owner, own_fields):
    """Three customers: two filled in, one bare."""
    raws = [("走南门", "60", "2026-12-31", "年度合同", "是"), ("北门", "30", "2027-06-30", "单次", "否")]
    rows = [{f.code: raw for f, raw in zip(own_fields.values(), some, strict=True)} for some in raws]
    return [CustomerFactory(owner=owner, name=f"客户{n}机械", custom=row) for n, row in enumerate([*rows, {}], start=1)]
