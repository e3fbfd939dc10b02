"""Which customers may be one: found, shown in scope, remembered when they are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.common.refusals import Refusal
from holdfast.records.customers import services
from holdfast.records.customers.models import DuplicatePair
from holdfast.records.customers.queries import merging as queries
from holdfast.records.customers.rules import pairs as rules
from holdfast.records.customers.tests.factories import CustomerFactory

USCC = "91320594MA1MABCD0X"


def names(viewer, **asked):
    return [[end.title for end in shown.ends] for shown in queries.duplicate_pairs(viewer, **asked).pairs]


@given(st.sets(st.sampled_from(sorted(rules.REASONS)), min_size=1))
def test_every_further_sign_makes_a_pair_likelier_and_none_certain(reasons):
    scores = [rules.pair_score(list(reasons)[: n + 1]) for n in range(len(reasons))]

    assert scores == sorted(scores)
    assert max(scores) <= 99


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("澄光精密机械", "澄光精密机械制造", True),
        ("澄光精密机械", "澄光精密机械", False),
        ("澄光精密机械", "宏远精密机械", False),
        ("华为", "华为技术", False),
    ],
)
def test_names_are_alike_when_most_letter_pairs_are_shared(one, other, expected):
    assert rules.is_alike(one, other) is expected


@pytest.mark.django_db
@pytest.mark.shows("ARC-14", "OWN-04")
def test_pairs_are_found_by_phone_of_a_contact_by_mail_and_by_close_names(owner):
    a = CustomerFactory(owner=owner, name="苏州澄光精密机械有限公司", phone="138 6211 6621")
    b = CustomerFactory(owner=owner, name="上海远东贸易", contacts=[{"name": "王", "phone": "+86 13862116621"}])
    c = CustomerFactory(owner=owner, name="无锡澄光精密机械制造有限公司", email="A@b.cn")
    d = CustomerFactory(owner=owner, name="杭州西湖茶业", contacts=[{"name": "李", "email": "a@B.cn"}])

    counts = services.refresh_pairs()

    found = {(pair.first_id, pair.second_id): pair.reasons for pair in DuplicatePair.objects.all()}
    assert found == {(a.pk, b.pk): ["phone"], (c.pk, d.pk): ["email"], (a.pk, c.pk): ["similar"]}
    assert counts == {"found": 3, "added": 3, "gone": 0}


@pytest.mark.django_db
def test_a_switchboard_number_that_many_share_is_no_sign(owner):
    for turn in range(rules.MOST_SHARING + 1):
        CustomerFactory(owner=owner, name=f"{'甲乙丙丁戊己庚辛壬癸子丑寅卯'[turn]}厂{turn}", phone="400-800-8000")

    services.refresh_pairs()

    assert not DuplicatePair.objects.exists()


@pytest.mark.django_db
def test_a_firm_and_its_boss_are_two_although_they_share_a_number(owner):
    CustomerFactory(owner=owner, name="远东贸易", phone="13862116621")
    CustomerFactory(owner=owner, name="王建国", kind="person", phone="13862116621")

    assert services.refresh_pairs()["found"] == 0


@pytest.mark.django_db
def test_a_pair_goes_when_its_reason_goes(owner):
    a = CustomerFactory(owner=owner, name="远东贸易", phone="13862116621")
    CustomerFactory(owner=owner, name="西湖茶业", phone="13862116621")
    services.refresh_pairs()
    services.change_customer(a, by=owner, phone="13900000000")

    assert services.refresh_pairs() == {"found": 0, "added": 0, "gone": 1}


@pytest.mark.django_db
def test_a_dismissed_pair_is_remembered_and_can_be_taken_up_again(owner):
    CustomerFactory(owner=owner, name="远东贸易", phone="13862116621")
    CustomerFactory(owner=owner, name="西湖茶业", phone="13862116621")
    services.refresh_pairs()

    pair = services.dismiss_pair(DuplicatePair.objects.get(), by=owner)
    services.refresh_pairs()

    assert names(owner) == []
    assert names(owner, state="dismissed") == [["远东贸易", "西湖茶业"]]
    services.reopen_pair(pair, by=owner)
    assert len(names(owner)) == 1


@pytest.mark.django_db
@pytest.mark.shows("OWN-04", "ARC-12")
def test_the_other_end_is_masked_for_who_may_not_see_it_and_strangers_see_no_pair(owner, teammate, stranger):
    CustomerFactory(owner=owner, name="苏州澄光精密机械有限公司", phone="13862116621")
    CustomerFactory(owner=teammate, name="无锡远东贸易有限公司", phone="13862116621")
    services.refresh_pairs()

    (shown,) = queries.duplicate_pairs(owner).pairs

    assert [end.title for end in shown.ends] == ["苏州澄光精密机械有限公司", "无锡**贸易"]
    assert (shown.may_decide, shown.may_merge, shown.ends[1].owner) == (False, False, teammate.name)
    assert not queries.visible_pairs(owner).exists()
    assert names(stranger) == []


@pytest.mark.django_db
def test_pages_of_the_queue_follow_each_other_without_gap(owner, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    rows = [CustomerFactory(owner=owner, name=f"{letter}厂") for letter in "甲乙丙丁戊己"]
    for turn in range(5):
        DuplicatePair.objects.create(first=rows[turn], second=rows[turn + 1], score=50 + turn % 2)

    seen, after = [], ""
    for _turn in range(3):
        page = queries.duplicate_pairs(owner, after=after)
        seen += [shown.pair.pk for shown in page.pairs]
        after = page.after

    assert len(seen) == len(set(seen)) == 5
    assert after == ""


@pytest.mark.django_db
def test_a_pair_that_was_settled_meanwhile_is_told(owner):
    a, b = CustomerFactory(owner=owner), CustomerFactory(owner=owner)
    pair = DuplicatePair.objects.create(first=a, second=b, score=50)
    DuplicatePair.objects.all().delete()

    with pytest.raises(Refusal, match="已经处理"):
        services.dismiss_pair(pair, by=owner)
