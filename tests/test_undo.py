import pytest

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import Department, Role, User
from holdfast.foundation.accounts.tests.factories import DepartmentFactory, UserFactory
from holdfast.foundation.audit import services
from holdfast.foundation.audit.models import Change

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(admin):
    return services.open_batch("import", by=admin)


def created(row, batch, by):
    services.record(actor=by, verb="create", target=row, after=services.snapshot(row), batch=batch)
    return row


def renamed(row, name, batch, by):
    before = services.snapshot(row)
    row.name = name
    row.save()
    return services.record(
        actor=by, verb="change", target=row, before=before, after=services.snapshot(row), batch=batch
    )


def dump():
    return [list(model.objects.order_by("pk").values()) for model in (Department, User, Role)]


def test_an_undone_batch_leaves_the_tables_as_they_were(admin, department, batch):
    extra = DepartmentFactory()
    before = dump()
    renamed(department, "改名", batch, admin)
    renamed(department, "再改名", batch, admin)
    new = created(Department.objects.create(name="新", path="/9/"), batch, admin)
    renamed(new, "新的", batch, admin)
    kept = services.snapshot(extra)
    services.record(actor=admin, verb="delete", target=extra, before=kept, batch=batch)
    extra.delete()

    counts = services.undo(batch, by=admin)

    assert dump() == before
    assert counts == {"removed": 1, "restored": 3, "returned": 1, "kept": 0}


def test_many_to_many_values_come_back(admin, owner, batch):
    before = services.snapshot(owner, many=["roles"])
    owner.roles.set(Role.objects.filter(code="auditor"))
    after = services.snapshot(owner, many=["roles"])
    services.record(actor=admin, verb="change", target=owner, before=before, after=after, batch=batch)

    services.undo(batch, by=admin)

    assert [role.code for role in owner.roles.all()] == ["sales"]


def test_the_undo_stands_in_the_journal_and_cannot_be_done_twice(admin, department, batch):
    renamed(department, "改名", batch, admin)

    services.undo(batch, by=admin)

    entry = Change.objects.filter(verb="undo").get()
    assert (entry.before["name"], entry.after["name"]) == ("改名", "华东销售部")
    with pytest.raises(Refusal, match="已经撤销"):
        services.undo(batch, by=admin)


def test_a_row_changed_since_refuses_the_whole_undo(admin, department, batch):
    other = DepartmentFactory(name="别处")
    renamed(other, "别处改", batch, admin)
    renamed(department, "改名", batch, admin)
    renamed(department, "后来又改", None, admin)
    before = dump()

    with pytest.raises(Refusal, match="1 条记录"):
        services.undo(batch, by=admin)

    assert dump() == before


def test_a_change_that_was_undone_itself_is_no_obstacle(admin, department, batch):
    renamed(department, "改名", batch, admin)
    later = services.open_batch("import", by=admin)
    renamed(department, "后来又改", later, admin)

    services.undo(later, by=admin)
    services.undo(batch, by=admin)

    department.refresh_from_db()
    assert department.name == "华东销售部"


def test_rows_hung_on_a_created_row_by_others_refuse_its_undo(admin, batch):
    new = created(Department.objects.create(name="新", path="/9/"), batch, admin)
    UserFactory(name="后来的人", department=new)

    with pytest.raises(Refusal, match="后来的人"):
        services.undo(batch, by=admin)

    assert Department.objects.filter(pk=new.pk).exists()


def test_a_created_row_that_others_use_stays(admin, owner, batch):
    role = created(Role.objects.create(code="x", name="新角色"), batch, admin)
    owner.roles.add(role)

    counts = services.undo(batch, by=admin)

    assert counts["kept"] == 1
    assert role in owner.roles.all()


def test_a_stopped_undo_goes_on_where_it_was(admin, batch, monkeypatch):
    departments = DepartmentFactory.create_batch(4)
    for row in departments:
        renamed(row, row.name + "改", batch, admin)
    monkeypatch.setattr("holdfast.foundation.audit.services.undoing.CHUNK", 2)

    class Killed:
        def step(self, done, total):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.undo(batch, by=admin, progress=Killed())
    batch.refresh_from_db()
    services.undo(batch, by=admin)

    assert not Department.objects.filter(name__endswith="改").exists()
    assert Change.objects.filter(verb="undo").count() == 4


def test_derived_rows_are_told_after_an_undo(admin, department, batch, monkeypatch):
    told = []
    monkeypatch.setitem(services.undoing.rules._restored, "accounts.department", told.extend)
    renamed(department, "改名", batch, admin)

    services.undo(batch, by=admin)

    assert told == [str(department.pk)]
