"""Who sees numbers whole, who sees masks, and how one whole number is looked at."""

import io

import pytest
from django.test import override_settings
from python_calamine import CalamineWorkbook

from holdfast.foundation.accounts.models import Role
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Change
from holdfast.records.customers import queries, services
from holdfast.records.customers.models import CheckCount, Customer
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
PHONE, MAIL, WECHAT = "13862116621", "wang.jianguo@example.com", "wxid_jianguo"
MASKED, MASKED_MAIL = "138****6621", "wa***@example.com"


@pytest.fixture
def suzhou(owner):
    person = {"name": "王建国", "phone": PHONE, "email": MAIL, "wechat": WECHAT}
    return CustomerFactory(owner=owner, name="苏州澄光精密机械", phone="0512-62345678", email=MAIL, contacts=[person])


@pytest.fixture
def clerk(department):
    """Sees, edits and exports every customer, but numbers only as masks."""
    words = sorted(set(Permission) - {Permission.CONTACT_REVEAL})
    role = Role.objects.create(code="clerk", name="内勤", words=words, scope="all")
    return UserFactory(login="clerk", name="文员", roles=[role], department=department)


def _edit(customer, **changes):
    person = customer.contacts.get()
    data = {
        "name": customer.name, "kind": "company", "channel": "end", "version": customer.version,
        "phone": "****5678", "email": MASKED_MAIL, "city": "苏州", "people-TOTAL_FORMS": "1", "people-INITIAL_FORMS": "1",
        "people-0-pk": person.pk, "people-0-name": "王建国", "people-0-phone": MASKED, "people-0-email": MASKED_MAIL,
        "people-0-wechat": "w***o", "people-0-title": "采购经理",
    }  # fmt: skip
    return data | changes


@pytest.mark.shows("ARC-12", "SEC-01")
def test_the_owner_and_holders_of_the_word_see_numbers_whole_others_masks(login, owner, manager, clerk, suzhou):
    page = f"/customers/{suzhou.pk}/"

    whole = [login(person).get(page).content.decode() for person in (owner, manager)]
    masked = login(clerk).get(page).content.decode()

    assert all(f"tel:{PHONE}" in html and f"mailto:{MAIL}" in html and WECHAT in html for html in whole)
    assert not any(number in masked for number in (PHONE, MAIL, WECHAT, "62345678"))
    assert MASKED in masked
    assert MASKED_MAIL in masked
    assert "tel:" not in masked


def test_a_number_is_shown_by_the_viewer_and_whose_it_is(owner, clerk, suzhou):
    person = suzhou.contacts.get()

    assert queries.shown_phone(owner, person) == PHONE
    assert queries.shown_phone(clerk, person) == MASKED
    assert queries.shown_email(clerk, suzhou) == MASKED_MAIL
    assert queries.shown_number(clerk, person, "phone").href.endswith(f"/reveal/phone/?person={person.pk}")
    assert not queries.shown_number(clerk, CustomerFactory(), "phone")


@pytest.mark.shows("SEC-01")
def test_a_full_number_still_finds_and_the_list_shows_its_mask(login, clerk, suzhou):
    html = login(clerk).get("/customers/", {"q": PHONE, "cols": "phone"}).content.decode()

    assert suzhou.name in html
    assert "****5678" in html
    assert "62345678" not in html.replace("q=", "")


@pytest.mark.shows("SEC-01")
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_an_export_masks_what_the_page_masks(login, clerk, manager, suzhou, kind):
    def cells(person):
        answer = login(person).post("/customers/export/", {"format": kind})
        body = b"".join(answer.streaming_content)
        if kind == "csv":
            return body.decode()
        return str(CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python())

    masked, whole = cells(clerk), cells(manager)

    assert MASKED in masked
    assert MASKED_MAIL in masked
    assert PHONE not in masked
    assert MAIL not in masked
    assert PHONE in whole
    assert MAIL in whole


# --- editing ------------------------------------------------------------------------------------------------------
@pytest.mark.shows("ARC-12", "SEC-01")
def test_a_mask_that_comes_back_from_the_form_changes_nothing(login, clerk, suzhou):
    html = login(clerk).get(f"/customers/{suzhou.pk}/edit/").content.decode()

    answer = login(clerk).post(f"/customers/{suzhou.pk}/edit/", _edit(suzhou))

    person = suzhou.contacts.get()
    suzhou.refresh_from_db()
    assert PHONE not in html
    assert answer.status_code == 302
    assert (suzhou.city, suzhou.phone, suzhou.email) == ("苏州", "0512-62345678", MAIL)
    assert (person.title, person.phone, person.phone_key) == ("采购经理", PHONE, PHONE)
    assert (person.email, person.wechat) == (MAIL, WECHAT)
    assert suzhou in queries.search_customers(clerk, PHONE)


def test_who_sees_masks_may_enter_a_new_number_or_take_one_away(login, clerk, suzhou):
    changed = _edit(suzhou, **{"people-0-phone": "13900001111", "email": ""})

    login(clerk).post(f"/customers/{suzhou.pk}/edit/", changed)

    suzhou.refresh_from_db()
    assert suzhou.contacts.get().phone == "13900001111"
    assert suzhou.email == ""


@pytest.mark.parametrize("field", ["phone", "people-0-phone", "people-0-wechat"])
def test_another_mask_is_refused_in_words(login, clerk, suzhou, field):
    answer = login(clerk).post(f"/customers/{suzhou.pk}/edit/", _edit(suzhou, **{field: "139****0000"}))

    assert answer.status_code == 422
    assert "这是打码后的号码" in answer.content.decode()
    assert suzhou.contacts.get().phone == PHONE


def test_no_caller_can_write_a_mask(owner):
    with pytest.raises(Exception, match="打码"):
        services.add_customer(by=owner, name="某厂", phone=MASKED)
    with pytest.raises(Exception, match="打码"):
        services.add_customer(by=owner, name="某厂", contacts=[{"name": "王", "email": MASKED_MAIL}])

    assert not Customer.objects.exists()


def test_checking_for_duplicates_takes_no_mask_for_a_number(login, clerk, suzhou):
    CustomerFactory(name="别家", phone="1386621")

    answer = login(clerk).post("/customers/check/", {"name": "全新一家", "phone": MASKED})

    assert "别家" not in answer.content.decode()


# --- looking at one -----------------------------------------------------------------------------------------------
@pytest.fixture
def ask(login, clerk, suzhou):
    person = suzhou.contacts.get()

    def post(field="phone", **data):
        return login(clerk).post(f"/customers/{suzhou.pk}/reveal/{field}/?person={person.pk}", data)

    return post


@pytest.mark.shows("SEC-01", "SEC-03")
def test_a_number_is_looked_at_for_a_reason_and_the_journal_says_so_without_it(ask, clerk, suzhou):
    html = ask(why="call", note="回复报价，原号 13862116621").content.decode()

    entry = Change.objects.get(verb="reveal")
    assert f"tel:{PHONE}" in html
    assert (entry.actor, entry.subject, entry.label) == (clerk, f"customers.customer:{suzhou.pk}", "王建国")
    assert (entry.after["revealed"], entry.after["why"]) == ("phone", "call")
    assert "回复报价" in entry.after["reason"]
    assert PHONE not in str((entry.before, entry.after, entry.label))


def test_the_journal_tells_a_look_in_words(ask, login, clerk, suzhou):
    ask(why="money")

    html = login(clerk).get(f"/journal/of/customers.customer:{suzhou.pk}/").content.decode()

    assert "查看完整号码" in html
    assert "对账催款" in html
    assert PHONE not in html


@pytest.mark.parametrize(
    ("data", "sentence"),
    [({}, "请选一个原因"), ({"why": "curiosity"}, "请选一个原因"), ({"why": "other"}, "请用几个字写明原因")],
)
def test_without_a_reason_no_number(ask, data, sentence):
    answer = ask(**data)

    html = answer.content.decode()
    assert answer.status_code == 422
    assert PHONE not in html
    assert not Change.objects.filter(verb="reveal").exists()
    assert sentence in html


@pytest.mark.shows("SEC-03")
@override_settings(REVEALS_A_DAY=2)
def test_the_day_s_quota_ends_with_a_sentence(ask, clerk):
    answers = [ask(why="call") for _turn in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "今天看完整号码的次数已用完（每天 2 次）" in answers[-1].content.decode()
    assert PHONE not in answers[-1].content.decode()
    assert Change.objects.filter(verb="reveal").count() == 2
    assert CheckCount.objects.get(user=clerk).revealed == 2
    assert services.reveals_left(clerk) == 0


@pytest.mark.shows("SEC-03")
def test_a_role_may_have_a_quota_of_its_own_and_the_largest_of_several_counts(ask, clerk, settings):
    codes = list(clerk.roles.values_list("code", flat=True))
    settings.REVEALS_A_DAY, settings.REVEALS_A_DAY_BY_ROLE = 30, {codes[0]: 1, "nobody": 99}

    answers = [ask(why="call").status_code for _turn in range(2)]

    assert answers == [200, 429]
    assert services.reveals_left(clerk) == 0

    clerk.roles.add(Role.objects.exclude(code__in=codes).first())
    assert services.reveals_left(clerk) == 29


def test_what_is_outside_the_scope_or_not_there_cannot_be_looked_at(login, stranger, clerk, suzhou):
    other = CustomerFactory(contacts=[{"name": "别人", "phone": "13900002222"}]).contacts.get()

    answers = [
        login(stranger).post(f"/customers/{suzhou.pk}/reveal/phone/", {"why": "call"}),
        login(clerk).post(f"/customers/{suzhou.pk}/reveal/phone/?person={other.pk}", {"why": "call"}),
        login(clerk).get(f"/customers/{suzhou.pk}/reveal/name/"),
        login(clerk).get(f"/customers/{suzhou.pk}/reveal/wechat/"),
        login(clerk).get(f"/customers/{suzhou.pk}/reveal/phone/?person=x"),
    ]

    assert {answer.status_code for answer in answers} == {404}


def test_who_sees_numbers_whole_is_asked_no_reason_and_leaves_no_entry(login, owner, suzhou):
    html = login(owner).get(f"/customers/{suzhou.pk}/reveal/phone/").content.decode()

    assert "tel:0512-62345678" in html
    assert "已记入变更日志" not in html
    assert not Change.objects.filter(verb="reveal").exists()


def test_the_panel_is_that_part_of_the_page_and_is_kept_nowhere(login, clerk, suzhou):
    client, address = login(clerk), f"/customers/{suzhou.pk}/reveal/phone/"

    page, part = client.get(address), client.get(address, headers={"HX-Request": "true"})

    assert "为什么要看" in part.content.decode()
    assert "<html" in page.content.decode()
    assert "<html" not in part.content.decode()
    assert "no-store" in page.headers["Cache-Control"]


def test_a_look_stands_in_the_way_of_no_undo(owner, clerk):
    batch = audit.open_batch("import", by=owner)
    customer = services.add_customer(by=owner, owner=owner, name="批次里的一家", phone=PHONE, batch=batch)
    services.reveal_number(customer, field="phone", why="call", by=clerk)

    undone = audit.undo(batch, by=owner)

    assert undone["removed"] == 1
