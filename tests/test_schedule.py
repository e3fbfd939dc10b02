from datetime import timedelta

import pytest
from django.utils import timezone

from holdfast.config.schedule import ENTRIES
from holdfast.foundation.jobs import services
from holdfast.foundation.jobs.models import Job


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_name_of_the_clock_is_registered(entry):
    assert services.is_registered(entry.name)


@pytest.mark.django_db
def test_a_new_company_is_not_worked_on_before_its_first_night(admin):
    assert services.enqueue_due(ENTRIES) == []

    type(admin).objects.update(created_at=timezone.now() - timedelta(days=8))  # some work runs once a week
    asked = services.enqueue_due(ENTRIES)

    assert {job.name for job in asked} == {entry.name for entry in ENTRIES}
    assert services.enqueue_due(ENTRIES) == []
    assert Job.objects.count() == len(ENTRIES)
