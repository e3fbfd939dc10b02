"""Who is a customer already: found across the company, shown only as far as one may see."""

import pytest

from holdfast.common.refusals import Refusal
from holdfast.records.customers import queries, services
from holdfast.records.customers.models import CheckCount
from holdfast.records.customers.services import checking
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
USCC = "91350100M000100Y43"


@pytest.fixture
def suzhou(owner):
    return CustomerFactory(
        owner=owner, name="苏州澄光机械有限公司", uscc=USCC, phone="0512-62345678", email="info@szcg.cn",
        contacts=[{"name": "王建国", "phone": "13862116621", "email": "wang@szcg.cn"}],
    )  # fmt: skip


@pytest.mark.shows("ARC-14")
@pytest.mark.parametrize(
    ("row", "on"),
    [
        ({"name": "别的名字", "uscc": USCC.lower()}, "uscc"),
        ({"name": "别的名字", "phone": "+86 512 6234 5678"}, "phone"),
        ({"name": "别的名字", "phone": "138-6211-6621"}, "phone"),
        ({"name": "别的名字", "contacts": [{"name": "老王", "phone": "13862116621"}]}, "phone"),
        ({"name": "澄光机械（苏州）股份有限公司"}, "name"),
        ({"name": "别的名字", "email": "INFO@szcg.cn"}, "email"),
        ({"name": "别的名字", "email": "wang@szcg.cn"}, "email"),
        ({"name": "苏州澄光机械", "uscc": USCC, "phone": "13862116621"}, "uscc"),
    ],
)
def test_a_row_meets_the_customer_on_file_by_its_strongest_key(suzhou, row, on):
    [match] = queries.find_duplicates([row])[0]

    assert (match.customer_id, match.on, match.owner_name) == (suzhou.pk, on, suzhou.owner.name)


@pytest.mark.parametrize(
    "row",
    [
        {"name": "无锡澄光机械有限公司"},
        {"name": "新客户", "phone": "62345678"},
        {"name": "苏州澄光机械有限公司", "kind": "person"},
        {"name": "新客户", "uscc": "", "phone": "", "email": ""},
    ],
)
def test_what_shares_no_key_is_no_duplicate(suzhou, row):
    assert queries.find_duplicates([row]) == {}


def test_many_rows_take_as_many_queries_as_one(suzhou, django_assert_num_queries):
    rows = [{"name": f"客户{number}", "phone": f"139{number:08d}", "email": f"a{number}@b.cn"} for number in range(400)]
    rows[7]["phone"] = "13862116621"

    with django_assert_num_queries(7):
        found = queries.find_duplicates(rows)

    assert list(found) == [7]


def test_the_customer_itself_is_left_out(suzhou):
    assert queries.find_duplicates([{"name": suzhou.name}], exclude=[suzhou.pk]) == {}


@pytest.mark.shows("ARC-12", "ARC-14")
def test_others_see_a_mask_and_whom_to_ask(suzhou, owner, stranger):
    found = queries.find_duplicates([{"name": suzhou.name}])[0]

    [own] = queries.matches_for(owner, found)
    [other] = queries.matches_for(stranger, found)

    assert (own.title, own.url) == (suzhou.name, suzhou.get_absolute_url())
    assert (other.title, other.url, other.owner_name, other.customer_id) == ("苏州**机械", "", owner.name, None)


def test_probing_ends_at_the_days_limit(suzhou, stranger, monkeypatch):
    monkeypatch.setattr(checking, "HIDDEN_HITS_A_DAY", 2)
    for _turn in range(2):
        assert services.check_duplicates(stranger, {"phone": "13862116621"})

    with pytest.raises(Refusal):
        services.check_duplicates(stranger, {"phone": "13862116621"})
    assert CheckCount.objects.get().hidden_hits == 2


def test_asking_about_ones_own_customers_uses_up_no_hidden_answers(suzhou, owner):
    services.check_duplicates(owner, {"phone": "13862116621"})

    count = CheckCount.objects.get()
    assert (count.asked, count.hidden_hits) == (1, 0)


def test_an_empty_form_asks_nothing(owner):
    assert services.check_duplicates(owner, {"name": "", "phone": ""}) == []
    assert not CheckCount.objects.exists()
