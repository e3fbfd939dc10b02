import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from holdfast.foundation.accounts.tests.factories import DepartmentFactory
from holdfast.foundation.audit import rules, services
from holdfast.foundation.audit.models import Change

pytestmark = pytest.mark.django_db


@pytest.fixture
def change(department):
    return services.record(actor=None, verb="test", target=department, after={"name": "x"}, subject="a.b:1")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_change SET verb = 'forged'", "DELETE FROM audit_change"],
)
def test_the_database_refuses_to_rewrite_the_journal(change, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Change.objects.get(pk=change.pk).verb == "test"


def test_the_models_cannot_rewrite_the_journal_either(change):
    change.verb = "forged"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change.save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change.delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_tables_are_emptied_between_tests_that_commit_and_the_triggers_come_back(transactional_db):
    services.record(actor=None, verb="test", target=DepartmentFactory(), after={})

    from django.core.management import call_command

    call_command("flush", interactive=False, verbosity=0)

    assert not Change.objects.exists()
    services.record(actor=None, verb="test", target=DepartmentFactory(), after={})
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Change.objects.all().delete()


def test_a_snapshot_holds_what_json_can_hold(owner):
    owner.seen_at = dt.datetime(2026, 10, 3, 12, tzinfo=dt.UTC)

    kept = services.snapshot(owner, many=["roles"])

    assert kept["name"] == "方圆"
    assert kept["seen_at"] == "2026-10-03T12:00:00+00:00"
    assert kept["department_id"] == owner.department_id
    assert kept["roles"] == [owner.roles.get().pk]
    assert "password" not in kept


def test_many_changes_are_written_with_one_statement(department, django_assert_num_queries):
    rows = DepartmentFactory.create_batch(3)

    with django_assert_num_queries(1):
        written = services.record_many(((row, None, {"a": 1}, "s.s:1") for row in rows), actor=None, verb="add")

    assert written == 3
    assert Change.objects.filter(verb="add", subject="s.s:1", object_id=str(rows[0].pk)).count() == 1


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("phone", "13812345678", "138****5678"),
        ("email", "wang@example.com", "wa***@example.com"),
        ("phone", "110", "****"),
        ("name", "王建国", "王建国"),
        ("phone", None, None),
    ],
)
def test_personal_values_are_masked(field, value, shown):
    assert rules.mask_personal(field, value) == shown


def test_differences_leave_time_stamps_out():
    before, after = {"a": 1, "b": 2, "updated_at": "x"}, {"a": 1, "b": 3, "updated_at": "y", "c": 4}

    assert rules.differences(before, after) == {"b": (2, 3), "c": (None, 4)}


def test_nobody_sees_a_subject_that_no_room_answers_for(admin):
    assert not rules.may_see_subject(admin, "nothing.known:1")
    assert not rules.may_see_subject(admin, "accounts.department")
