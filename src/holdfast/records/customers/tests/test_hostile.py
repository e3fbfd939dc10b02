"""Addresses and forms that nobody types by hand: an answer in words, never a fault."""

import random

import pytest
from django.http import QueryDict

from holdfast.records.customers.queries.listing.filters import CHOICES, SPANS, TYPED
from holdfast.records.customers.queries.listing.sorts import SORTS
from holdfast.records.customers.tests.factories import CustomerFactory, StandingFactory

pytestmark = pytest.mark.django_db
NAMES = [
    *(each.name for each in (*CHOICES, *TYPED)), *(f"{span.name}_{end}" for span in SPANS for end in ("min", "max")),
    "q", "archived", "sort", "cols", "col", "after", "before", "view",
]  # fmt: skip
VALUES = [
    "", " ", "0", "1", "-1", "5", "me", "none", "²", "９９", "9" * 30, "1e400", "nan", "inf", "-inf", "\x00", "'", '"', "%", "_", "\\",
    "a' OR 1=1 --", "<script>", "苏州", "high", "declining", "silent", "true", "~", "i1~1~1", "n~1~1", ",,,", "a" * 5000,
    *(sort.name for sort in SORTS),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_no_address_of_the_list_breaks_it(login, admin, seed):
    StandingFactory(customer=CustomerFactory(name="苏州澄光精密机械"))
    client, chance = login(admin), random.Random(seed)

    for _turn in range(25):
        query = QueryDict(mutable=True)
        for name in chance.sample(NAMES, chance.randint(1, 6)):
            query.setlist(name, chance.choices(VALUES, k=chance.randint(1, 3)))
        place = chance.choice(["", "", "", "filters/", "columns/", "views/"])
        answer = client.get(f"/customers/{place}?{query.urlencode()}", follow=True)

        assert answer.status_code == 200, query.urlencode()
        assert "<script>" not in answer.content.decode().split("</head>")[1].split("<script src")[0]


@pytest.mark.parametrize("value", ["\x00", "²", "9" * 400, "<b>", "'"])
def test_no_typed_value_breaks_the_check(login, owner, value):
    data = dict.fromkeys(
        ("name", "uscc", "phone", "email", "customer", "kind", "people-0-phone", "people-0-email"), value
    )

    assert login(owner).post("/customers/check/", data).status_code == 200


@pytest.mark.parametrize("value", ["\x00", "²", "9" * 400, "-1", ""])
def test_no_key_breaks_what_is_done_together(login, manager, value):
    data = {"action": "tag", "pk": [value], "back": value, "is_asked": "1", "tag": value or "甲"}

    assert login(manager).post("/customers/bulk/", data).status_code == 302


@pytest.mark.parametrize("value", ["a\x00b", "9" * 400])
def test_no_field_of_the_form_breaks_it(login, manager, value):
    names = [
        "name",
        "short_name",
        "kind",
        "uscc",
        "phone",
        "email",
        "tags",
        "code",
        "owner",
        "first_seen_on",
        "version",
    ]
    people = ["name", "phone", "email", "birth_year", "birth_month", "birth_day", "pk"]
    data = dict.fromkeys(names, value) | {f"people-0-{name}": value for name in people}

    answer = login(manager).post("/customers/new/", data | {"people-TOTAL_FORMS": "1", "people-INITIAL_FORMS": "0"})

    assert answer.status_code == 422
