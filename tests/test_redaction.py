"""The journal may be rewritten for an erasure alone, and then only in what it tells."""

import pytest
from django.db import DatabaseError, connection, transaction

from holdfast.foundation.audit import services
from holdfast.foundation.audit.models import Change, Redaction

pytestmark = [pytest.mark.django_db, pytest.mark.shows("SEC-02")]


@pytest.fixture
def change(department):
    return services.record(
        actor=None, verb="test", target=department, before={"name": "王建国"}, after={"name": "x"}, subject="a.b:1"
    )


def without_wang(model, column, value):
    return {"name": services.ERASED} if column == "before" else value


def redacted(admin, clean=without_wang):
    return services.redact(Change.objects.filter(subject="a.b:1"), clean, by=admin, reason="request", subject="a.b:1")


def test_a_redaction_takes_values_out_and_is_kept_itself(change, admin):
    count = redacted(admin)

    told = Change.objects.get(pk=change.pk)
    kept = Redaction.objects.get()
    assert (told.before, told.after, told.verb, told.object_id) == (
        {"name": "▇▇▇"}, {"name": "x"}, "test", change.object_id,
    )  # fmt: skip
    assert (count, kept.entries, kept.by, kept.subject) == (1, 1, admin, "a.b:1")
    assert kept.closed_at is not None


def test_after_a_redaction_the_journal_is_shut_again(change, admin):
    redacted(admin)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Change.objects.update(label="forged")


@pytest.mark.parametrize("column", ["verb", "object_id", "model", "subject"])
def test_even_an_open_redaction_does_not_let_who_and_what_be_forged(change, column):
    Redaction.objects.create(reason="request", subject="a.b:1")

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Change.objects.update(**{column: "forged"})
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_change")


def test_a_redaction_cannot_be_made_unsaid(change, admin):
    redacted(admin)

    with pytest.raises(DatabaseError), transaction.atomic():
        Redaction.objects.all().delete()


def test_a_redaction_that_breaks_off_leaves_the_journal_shut_and_as_it_was(change, admin):
    def breaking(model, column, value):
        raise RuntimeError("the power fails")

    with pytest.raises(RuntimeError), transaction.atomic():
        redacted(admin, breaking)

    assert not Redaction.objects.exists()
    assert Change.objects.get(pk=change.pk).before == {"name": "王建国"}
