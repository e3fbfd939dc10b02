import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from holdfast.foundation.accounts import services
from holdfast.foundation.accounts.models import Department, Role, User
from holdfast.foundation.accounts.tests.factories import PASSWORD, DepartmentFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGES = ["people", "person_new", "department_new", "roles", "role_new"]


@pytest.fixture
def boss():
    return UserFactory(login="boss", name="安琪", role="admin")


@pytest.fixture
def enter(client):
    def as_user(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_user


def test_a_person_logs_in_and_out(client):
    UserFactory(login="wang", name="王芳")

    answer = client.post(reverse("accounts:login"), {"username": "WANG", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get(reverse("accounts:me")).status_code == 200

    client.post(reverse("accounts:logout"))
    assert client.get(reverse("accounts:me")).status_code == 302


def test_a_wrong_password_is_refused_in_words_and_five_lock_the_account(client):
    UserFactory(login="wang")

    first = client.post(reverse("accounts:login"), {"username": "wang", "password": "no"})
    assert "登录名或密码不对" in first.content.decode()
    for _ in range(4):
        last = client.post(reverse("accounts:login"), {"username": "wang", "password": "no"})

    assert last.status_code == 429
    assert "锁定 15 分钟" in last.content.decode()
    right = client.post(reverse("accounts:login"), {"username": "wang", "password": PASSWORD})
    assert right.status_code == 429


def test_somebody_switched_off_cannot_log_in(client):
    UserFactory(login="gone", is_active=False)

    answer = client.post(reverse("accounts:login"), {"username": "gone", "password": PASSWORD})

    assert answer.status_code == 200
    assert "不对" in answer.content.decode()


def test_the_session_ends_when_nobody_works(enter):
    client = enter(UserFactory())
    client.get(reverse("accounts:me"))

    assert client.session.get_expiry_age() <= settings.SESSION_COOKIE_AGE
    assert client.cookies["sessionid"]["httponly"]


def test_whoever_must_change_the_password_gets_no_further_before(enter):
    user = UserFactory(must_change_password=True)
    client = enter(user)

    assert client.get(reverse("accounts:me"))["Location"] == reverse("accounts:password")
    answer = client.post(
        reverse("accounts:password"), {"old": PASSWORD, "new": "brand-new-pass-7", "again": "brand-new-pass-7"}
    )

    assert answer["Location"] == reverse("accounts:me")
    assert client.get(reverse("accounts:me")).status_code == 200
    user.refresh_from_db()
    assert user.check_password("brand-new-pass-7")


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong", "brand-new-pass-7", "brand-new-pass-7", "现在的密码不对"),
        (PASSWORD, "brand-new-pass-7", "other-new-pass-7", "两次输入不一样"),
        (PASSWORD, "short1", "short1", "10"),
        (PASSWORD, "1234567890123", "1234567890123", "数字"),
    ],
)
def test_a_bad_new_password_is_refused_in_words(enter, old, new, again, said):
    client = enter(UserFactory())

    answer = client.post(reverse("accounts:password"), {"old": old, "new": new, "again": again})

    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_the_first_administrator_comes_by_the_link_of_the_console(client):
    url = reverse("accounts:setup", args=[services.open_token()])
    assert "第一位管理员" in client.get(url).content.decode()

    answer = client.post(
        url, {"name": "首位", "login": "first", "new": "brand-new-pass-7", "again": "brand-new-pass-7"}
    )

    assert answer["Location"] == "/"
    assert client.get(reverse("accounts:people")).status_code == 200
    assert client.get(url).status_code == 404


def test_a_made_up_link_opens_nothing(client):
    answer = client.get(reverse("accounts:setup", args=["made-up"]))

    assert answer.status_code == 404
    assert "失效" in answer.content.decode()


def test_the_language_is_switched_and_remembered(client):
    back = reverse("accounts:login")
    answer = client.post(reverse("accounts:language"), {"language": "en", "next": back})
    assert answer["Location"] == back
    assert "Log in" in client.get(back).content.decode()

    user = UserFactory()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.post(reverse("accounts:language"), {"language": "zh-hans", "next": "https://evil.example/"})
    user.refresh_from_db()
    assert user.language == "zh-hans"


def test_the_language_switch_leads_nowhere_else(client):
    answer = client.post(reverse("accounts:language"), {"language": "en", "next": "https://evil.example/"})

    assert answer["Location"] == "/"


@pytest.mark.parametrize("page", PAGES)
def test_only_who_administers_people_opens_these_pages(enter, boss, page):
    assert enter(boss).get(reverse(f"accounts:{page}")).status_code == 200
    assert enter(UserFactory()).get(reverse(f"accounts:{page}")).status_code == 403


def test_a_colleague_is_added_and_comes_in_by_the_link(enter, boss, client):
    department = DepartmentFactory()
    answer = enter(boss).post(
        reverse("accounts:person_new"),
        {"name": "新人", "login": "new.one", "department": department.pk, "roles": [Role.objects.get(code="sales").pk]},
    )
    link = re.search(r'value="http://testserver(/setup/[^"]+)"', answer.content.decode())[1]
    client.logout()

    client.post(link, {"new": "brand-new-pass-7", "again": "brand-new-pass-7"})

    user = User.objects.get(login="new.one")
    assert user.check_password("brand-new-pass-7")
    assert client.get(reverse("accounts:me")).status_code == 200


def test_a_refusal_stands_on_its_field_and_loses_nothing(enter, boss):
    UserFactory(login="taken")

    page = enter(boss).post(reverse("accounts:person_new"), {"name": "新人", "login": "taken"}).content.decode()

    assert "已被使用" in page
    assert 'value="新人"' in page


def test_a_person_is_changed(enter, boss):
    user = UserFactory(name="旧名")

    enter(boss).post(reverse("accounts:person", args=[user.pk]), {"name": "新名", "login": user.login, "roles": []})

    user.refresh_from_db()
    assert user.name == "新名"
    assert not user.roles.exists()


def test_switching_off_oneself_is_refused_on_the_page(enter, boss):
    answer = enter(boss).post(reverse("accounts:person_switch", args=[boss.pk]), follow=True)

    assert "不能停用自己的账号" in answer.content.decode()


def test_departments_are_added_moved_and_deleted(enter, boss):
    client, parent = enter(boss), DepartmentFactory(name="上级")

    client.post(reverse("accounts:department_new"), {"name": "下级", "parent": parent.pk})
    child = Department.objects.get(name="下级")
    client.post(reverse("accounts:department", args=[child.pk]), {"name": "平级", "parent": ""})
    child.refresh_from_db()
    assert (child.name, child.path) == ("平级", f"/{child.pk}/")

    client.post(reverse("accounts:department_remove", args=[child.pk]))
    assert not Department.objects.filter(pk=child.pk).exists()


def test_a_role_of_ones_own_is_added_changed_and_deleted(enter, boss):
    client = enter(boss)

    client.post(reverse("accounts:role_new"), {"name": "实习", "scope": "own", "words": ["customer_view"]})
    role = Role.objects.get(name="实习")
    assert role.words == ["customer_view"]
    client.post(reverse("accounts:role", args=[role.pk]), {"name": "实习生", "scope": "department", "words": []})
    role.refresh_from_db()
    assert (role.name, role.scope, role.words) == ("实习生", "department", [])

    client.post(reverse("accounts:role_remove", args=[role.pk]))
    assert not Role.objects.filter(pk=role.pk).exists()


def test_the_people_page_has_a_fixed_number_of_queries(enter, boss, django_assert_num_queries):
    client = enter(boss)
    client.get(reverse("accounts:people"))
    UserFactory.create_batch(20, department=DepartmentFactory())

    with django_assert_num_queries(6):
        client.get(reverse("accounts:people"))


def test_the_fragment_equals_that_part_of_the_page(enter, boss):
    client = enter(boss)
    page = client.get(reverse("accounts:people")).content.decode()
    part = client.get(reverse("accounts:people"), headers={"HX-Request": "true"}).content.decode()

    assert part.strip()
    assert part.strip() in page


def test_a_view_is_saved_and_removed_by_its_owner_alone(enter):
    owner, other = UserFactory(), UserFactory()
    enter(owner).post(reverse("accounts:view_save"), {"page": "customers", "name": "五星", "query": "stars=5"})
    view = owner.views.get()

    assert enter(other).post(reverse("accounts:view_remove", args=[view.pk])).status_code == 404
    enter(owner).post(reverse("accounts:view_remove", args=[view.pk]))
    assert not owner.views.exists()


def test_an_open_session_ends_when_the_account_is_switched_off(enter, boss):
    user = UserFactory()
    client = enter(user)
    assert client.get(reverse("accounts:me")).status_code == 200

    User.objects.filter(pk=user.pk).update(is_active=False)

    assert client.get(reverse("accounts:me")).status_code == 302


def test_a_new_password_ends_the_sessions_on_other_devices(enter):
    user, other = UserFactory(), Client()
    other.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    form = {"old": PASSWORD, "new": "brand-new-pass-7", "again": "brand-new-pass-7"}

    client = enter(user)
    client.post(reverse("accounts:password"), form)

    assert client.get(reverse("accounts:me")).status_code == 200
    assert other.get(reverse("accounts:me")).status_code == 302


def test_a_form_from_elsewhere_is_refused_in_words():
    user, client = UserFactory(), Client(enforce_csrf_checks=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    answer = client.post(reverse("accounts:password"), {"old": PASSWORD, "new": "x", "again": "x"})

    assert answer.status_code == 403
    assert "没有写入任何内容" in answer.content.decode()


def test_login_leads_back_within_this_site_only(client):
    UserFactory(login="wang")

    for to, led in (("/me/", "/me/"), ("https://evil.example/", "/"), ("//evil.example", "/")):
        client.logout()
        answer = client.post(reverse("accounts:login"), {"username": "wang", "password": PASSWORD, "next": to})
        assert answer["Location"] == led


def test_what_a_person_was_shown_is_not_kept_in_between(enter, client):
    assert enter(UserFactory()).get(reverse("accounts:me"))["Cache-Control"] == "private, no-cache"
