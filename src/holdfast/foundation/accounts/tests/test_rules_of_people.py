import datetime as dt

import pytest
from django.utils import timezone

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts import queries, services
from holdfast.foundation.accounts.models import Department, Role, SetupToken, User
from holdfast.foundation.accounts.rules import BUILT_IN_ROLES, Permission, Scope
from holdfast.foundation.accounts.tests.factories import DepartmentFactory, UserFactory
from holdfast.foundation.audit.models import Change

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return UserFactory(login="boss", role="admin")


def test_the_roles_of_the_first_day_stand_with_english_names():
    roles = {role.code: role for role in Role.objects.all()}

    assert set(roles) == set(BUILT_IN_ROLES)
    assert set(roles["admin"].words) == set(Permission)
    assert all(role.name_en for role in roles.values())


@pytest.mark.shows("ARC-12")
def test_permissions_add_up_and_the_widest_scope_counts(boss):
    user = UserFactory(roles=Role.objects.filter(code__in=["sales", "auditor"]))

    assert user.may(Permission.ORDER_EDIT)
    assert user.may(Permission.JOURNAL_VIEW)
    assert not user.sees_profit
    assert user.scope == Scope.ALL


def test_a_person_without_a_role_may_nothing():
    user = UserFactory(role=None)

    assert user.words == frozenset()
    assert user.scope == Scope.OWN


def test_below_reaches_the_departments_under_ones_own():
    top = DepartmentFactory()
    middle = DepartmentFactory(parent=top)
    leaf = DepartmentFactory(parent=middle)
    DepartmentFactory()

    assert set(UserFactory(role="sales_manager", department=middle).department_ids) == {middle.pk, leaf.pk}
    assert UserFactory(role="service", department=middle).department_ids == (middle.pk,)
    assert UserFactory(role="sales", department=middle).department_ids == ()


def test_moving_a_department_takes_everything_below_along(boss):
    old, new = DepartmentFactory(), DepartmentFactory()
    child = DepartmentFactory(parent=old)
    leaf = DepartmentFactory(parent=child)

    services.change_department(child, parent=new, by=boss)

    leaf.refresh_from_db()
    assert leaf.path == f"/{new.pk}/{child.pk}/{leaf.pk}/"
    with pytest.raises(Refusal, match="不能移到自己"):
        services.change_department(Department.objects.get(pk=child.pk), parent=leaf, by=boss)


def test_a_department_is_deleted_only_when_empty(boss):
    department = DepartmentFactory()
    UserFactory(department=department)

    with pytest.raises(Refusal, match="1 名成员"):
        services.remove_department(department, by=boss)

    empty = DepartmentFactory()
    services.remove_department(empty, by=boss)
    assert not Department.objects.filter(pk=empty.pk).exists()


def test_the_last_administrator_stays(boss):
    sales = Role.objects.get(code="sales")

    with pytest.raises(Refusal, match="最后一位"):
        services.set_roles(boss, [sales], by=boss)

    second = UserFactory(role="admin")
    services.set_roles(boss, [sales], by=second)
    with pytest.raises(Refusal, match="最后一位"):
        services.deactivate(second, by=boss)


def test_the_administrator_role_keeps_every_permission(boss):
    admin = Role.objects.get(code="admin")

    with pytest.raises(Refusal, match="不能减少"):
        services.change_role(admin, words=["import"], by=boss)
    with pytest.raises(Refusal, match="不能减少"):
        services.change_role(Role.objects.get(code="admin"), scope="own", by=boss)


def test_nobody_hands_out_more_than_they_hold(boss):
    clerk_role = services.add_role(name="人事", words=["user_admin", "customer_view"], scope="own", by=boss)
    clerk, person = UserFactory(roles=[clerk_role]), UserFactory(role=None)

    for role in Role.objects.filter(code__in=["admin", "sales", "auditor"]):
        with pytest.raises(Refusal, match="超出您自己"):
            services.set_roles(person, [role], by=clerk)
    with pytest.raises(Refusal, match="超出您自己"):
        services.reset_link(boss, by=clerk)
    with pytest.raises(Refusal, match="超出您自己"):
        services.change_role(clerk_role, words=["user_admin", "see_profit"], by=clerk)

    services.set_roles(person, [clerk_role], by=clerk)
    assert User.objects.get(pk=person.pk).may("user_admin")


def test_an_account_with_open_duties_is_not_switched_off(boss, monkeypatch):
    user = UserFactory()
    monkeypatch.setattr("holdfast.foundation.accounts.services.people._duties", [lambda one: "名下还有 3 位客户。"])

    with pytest.raises(Refusal, match="3 位客户"):
        services.deactivate(user, by=boss)

    assert User.objects.get(pk=user.pk).is_active


def test_switching_off_and_on_again_stands_in_the_journal(boss, monkeypatch):
    monkeypatch.setattr("holdfast.foundation.accounts.services.people._duties", [])
    user = UserFactory()

    services.deactivate(user, by=boss)
    services.activate(user, by=boss)

    assert list(Change.objects.filter(object_id=str(user.pk)).values_list("verb", flat=True)) == [
        "activate",
        "deactivate",
    ]


def test_logins_differ_by_more_than_case(boss):
    services.add_user(login="Wang", name="王", by=boss)

    with pytest.raises(Refusal, match="已被使用"):
        services.add_user(login="wang", name="汪", by=boss)


def test_a_one_time_link_works_once_and_not_late(boss):
    user = UserFactory(password=None)
    token = services.reset_link(user, by=boss)
    assert token not in str(list(SetupToken.objects.values()))

    services.use_token(token, password="a-new-long-one-1")
    assert User.objects.get(pk=user.pk).check_password("a-new-long-one-1")
    with pytest.raises(Refusal, match="无效或已过期"):
        services.use_token(token, password="another-long-one-1")

    late = services.reset_link(user, by=boss)
    SetupToken.objects.filter(used_at=None).update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    with pytest.raises(Refusal, match="无效或已过期"):
        services.use_token(late, password="another-long-one-1")


def test_the_setup_link_makes_the_first_administrator_and_no_second():
    first, second = services.open_token(), None
    user = services.set_up_administrator(first, login="first", name="首位", password="a-new-long-one-1")
    second = services.open_token()

    assert user.may(Permission.SYSTEM_ADMIN)
    with pytest.raises(Refusal, match="已有管理员"):
        services.set_up_administrator(second, login="second", name="次位", password="a-new-long-one-1")


def test_a_newer_link_ends_the_older_one(boss):
    user = UserFactory()
    older = services.reset_link(user, by=boss)
    services.reset_link(user, by=boss)

    with pytest.raises(Refusal):
        services.use_token(older, password="a-new-long-one-1")


def test_no_password_ever_reaches_the_journal(boss):
    user = services.add_user(login="x", name="甲", by=boss, password="secret-pass-word-1")
    services.set_password(user, "secret-pass-word-2", by=user)

    kept = str(list(Change.objects.values("before", "after")))
    assert "secret-pass" not in kept
    assert "md5$" not in kept


def test_views_are_saved_replaced_shared_and_kept_ones_own(boss):
    person, other = UserFactory(role="sales_manager"), UserFactory()
    services.save_view("customers", "高价值", "stars=5", by=person, shared=True)
    view = services.save_view("customers", "高价值", "stars=4", by=person, shared=True)

    assert [one.query for one in queries.saved_views(other, "customers")] == ["stars=4"]
    with pytest.raises(Refusal, match="别人的视图"):
        services.remove_view(view, by=other)
    with pytest.raises(Refusal, match="不能共享"):
        services.save_view("customers", "我的", "", by=other, shared=True)


def test_who_may_be_given_a_customer_depends_on_the_scope(boss):
    department = DepartmentFactory()
    manager, mate = (
        UserFactory(role="sales_manager", department=department),
        UserFactory(department=department),
    )
    far = UserFactory(department=DepartmentFactory())

    assert set(queries.assignable_users(manager)) == {manager, mate}
    assert set(queries.assignable_users(mate)) == {mate}
    assert far in queries.assignable_users(boss)
