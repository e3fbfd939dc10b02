import pytest
from django.urls import reverse

from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.jobs.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(owner):
    return Job.objects.create(name="jobs.housekeeping", by=owner, state="running", done=120, total=480)


def test_who_started_a_job_and_the_administrator_see_it(job, owner, stranger, admin, login):
    url = reverse("jobs:job", args=[job.pk])

    assert "120 / 480" in login(owner).get(url).content.decode()
    assert login(admin).get(url).status_code == 200
    assert login(stranger).get(url).status_code == 404
    assert login(stranger).get(reverse("jobs:status", args=[job.pk])).status_code == 404
    assert login(stranger).post(reverse("jobs:cancel", args=[job.pk])).status_code == 404


def test_the_list_of_all_jobs_is_the_administrators(job, owner, admin, login):
    assert "夜间清理" in login(admin).get(reverse("jobs:list")).content.decode()
    assert login(owner).get(reverse("jobs:list")).status_code == 403


def test_a_running_job_polls_and_a_finished_one_does_not(job, owner, login):
    client, url = login(owner), reverse("jobs:status", args=[job.pk])
    assert "hx-get" in client.get(url).content.decode()

    Job.objects.update(state="done", done=480)
    answer = client.get(url)

    assert "hx-get" not in answer.content.decode()
    assert answer["HX-Trigger"] == "jobDone"


@pytest.mark.parametrize(("then", "led"), [("/imports/3/", True), ("https://evil.example/", False), ("//evil", False)])
def test_a_finished_job_leads_on_within_this_site_only(job, owner, login, then, led):
    Job.objects.update(state="done")

    answer = login(owner).get(reverse("jobs:status", args=[job.pk]), {"then": then})

    assert answer.headers.get("HX-Redirect") == (then if led else None)


def test_cancelling_asks_a_running_job_to_stop(job, owner, login):
    answer = login(owner).post(reverse("jobs:cancel", args=[job.pk]), headers={"HX-Request": "true"})

    assert "正在停下" in answer.content.decode()
    job.refresh_from_db()
    assert job.is_cancel_asked


def test_cancelling_what_ended_meanwhile_shows_how_it_ended(job, owner, login):
    Job.objects.update(state="done")

    answer = login(owner).post(reverse("jobs:cancel", args=[job.pk]), follow=True)

    assert "已完成" in answer.content.decode()


def test_the_list_has_a_fixed_number_of_queries(admin, login, django_assert_num_queries):
    client = login(admin)
    client.get(reverse("jobs:list"))
    for _ in range(10):
        Job.objects.create(name="jobs.housekeeping", by=UserFactory())

    with django_assert_num_queries(4):
        client.get(reverse("jobs:list"))


def test_errors_are_shown_without_markup(job, owner, login):
    Job.objects.update(state="failed", error="<script>alert(1)</script>")

    assert "<script>alert" not in login(owner).get(reverse("jobs:job", args=[job.pk])).content.decode()
