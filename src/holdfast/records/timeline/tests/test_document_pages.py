"""Pages of files: seen only with the customer, sent, shown and taken away safely."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.foundation.audit.models import Change
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.timeline import queries, services
from holdfast.records.timeline.models import Document, Entry, Folder
from holdfast.records.timeline.tests.samples import DOCX, MP3, PDF, PNG, added

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def customer(owner):
    return CustomerFactory(owner=owner)


def sent(browser, customer, *files, **data):
    url = reverse("timeline:document_add", args=[customer.pk])
    return browser.post(url, {"file": [SimpleUploadedFile(name, content) for name, content in files], **data})


@pytest.mark.shows("ARC-06")
def test_several_files_are_sent_and_those_that_cannot_be_kept_are_told_by_name(login, owner, customer):
    folder = Folder.objects.get(code="photo")

    answer = sent(login(owner), customer, ("好.png", PNG), ("坏.exe", b"MZ"), folder=folder.pk, note="现场")

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "坏.exe" in html
    assert "好.png" in html
    assert (Document.objects.get().folder, Document.objects.get().note) == (folder, "现场")


def test_sent_files_are_told_and_lead_to_the_customer(login, owner, customer):
    answer = sent(login(owner), customer, ("好.png", PNG))

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/customers/{customer.pk}/")


def test_nothing_chosen_is_told(login, owner, customer):
    answer = login(owner).post(reverse("timeline:document_add", args=[customer.pk]), {})

    assert answer.status_code == 422
    assert "请先选文件" in answer.content.decode()


def test_a_body_far_too_large_is_refused_unread_and_the_token_is_still_asked_for(owner, customer, settings):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("timeline:document_add", args=[customer.pk])

    without_token = browser.post(url, {"file": SimpleUploadedFile("好.png", PNG)})
    settings.FILE_LIMIT_BYTES = 1
    too_large = browser.post(url, {"file": SimpleUploadedFile("好.png", PNG)})

    assert (without_token.status_code, too_large.status_code) == (403, 413)
    assert not Document.objects.exists()


@pytest.mark.shows("ARC-06")
def test_a_download_is_an_attachment_under_its_own_name_that_nobody_guesses_about(login, owner, customer):
    document = added(customer, owner, name='合同 "终稿".pdf')

    answer = login(owner).get(reverse("timeline:download", args=[document.pk, 1]))

    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%90%88")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("data", "name", "mime", "is_sandboxed"),
    [(PNG, "a.png", "image/png", True), (MP3, "a.mp3", "audio/mpeg", True), (PDF, "a.pdf", "application/pdf", False)],
)
def test_a_preview_is_shown_by_the_browser_where_nothing_in_it_runs(
    login, owner, customer, data, name, mime, is_sandboxed
):
    document = added(customer, owner, data=data, name=name)

    answer = login(owner).get(reverse("timeline:preview", args=[document.pk, 1]))

    policy = answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Type"] == mime
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert ("sandbox" in policy) == is_sandboxed
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert b"".join(answer.streaming_content) == data


def test_what_a_browser_cannot_show_is_only_taken_away(login, owner, customer):
    document = added(customer, owner, data=DOCX, name="报价.docx")

    assert login(owner).get(reverse("timeline:preview", args=[document.pk, 1])).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, MP3[:10]),
        ("bytes=100-", 206, MP3[100:]),
        ("bytes=5-999999999", 206, MP3[5:]),
        ("bytes=9-3", 200, MP3),
        ("bytes=999999999-", 200, MP3),
        ("bytes=-5", 200, MP3),
        ("nonsense", 200, MP3),
    ],
)
def test_a_recording_is_played_from_anywhere(login, owner, customer, asked, status, part):
    document = added(customer, owner, data=MP3, name="录音.mp3")

    answer = login(owner).get(reverse("timeline:preview", args=[document.pk, 1]), headers={"Range": asked})

    assert answer.status_code == status
    assert b"".join(answer.streaming_content) == part


def test_text_is_shown_on_its_page_escaped(login, owner, customer):
    document = added(customer, owner, data="对方说 a < b & c".encode("gb18030"), name="记录.txt")

    html = login(owner).get(reverse("timeline:document", args=[document.pk])).content.decode()

    assert "对方说 a &lt; b &amp; c" in html


@pytest.mark.shows("ARC-06")
@pytest.mark.parametrize(("folder", "noted"), [("contract", 2), ("photo", 0)])
def test_who_reads_a_file_of_a_sensitive_folder_stands_in_the_journal(login, owner, customer, folder, noted):
    document = added(customer, owner, folder=folder)
    browser = login(owner)

    for name in ("download", "preview"):
        b"".join(browser.get(reverse(f"timeline:{name}", args=[document.pk, 1])).streaming_content)

    assert Change.objects.filter(verb__in=["download", "view"]).count() == noted


PAGES = ["document", "download", "preview", "document_move", "document_remove", "document_restore"]


@pytest.mark.shows("ARC-06")
@pytest.mark.parametrize("name", PAGES)
def test_a_file_of_a_customer_out_of_sight_is_not_found(login, owner, stranger, customer, name):
    document = added(customer, owner)
    url = reverse(f"timeline:{name}", args=[document.pk, 1] if name in ("download", "preview") else [document.pk])

    answer = getattr(login(stranger), "post" if name.startswith("document_") else "get")(url)

    assert answer.status_code == 404


@pytest.mark.parametrize("name", ["documents", "document_add"])
def test_the_list_of_a_customer_out_of_sight_is_not_found(login, stranger, customer, name):
    answer = getattr(login(stranger), "get" if name == "documents" else "post")(
        reverse(f"timeline:{name}", args=[customer.pk])
    )

    assert answer.status_code == 404


def test_who_may_only_look_reads_but_neither_sends_nor_deletes(login, owner, customer):
    document = added(customer, owner)
    browser = login(UserFactory(role="auditor"))

    assert browser.get(reverse("timeline:document", args=[document.pk])).status_code == 200
    assert sent(browser, customer, ("好.png", PNG)).status_code == 403
    assert browser.post(reverse("timeline:document_remove", args=[document.pk])).status_code == 403


def test_a_deleted_file_is_not_served(login, owner, customer):
    document = added(customer, owner)
    browser = login(owner)
    browser.post(reverse("timeline:document_remove", args=[document.pk]))

    gone = browser.get(reverse("timeline:download", args=[document.pk, 1])).status_code
    browser.post(reverse("timeline:document_restore", args=[document.pk]))

    assert gone == 404
    assert browser.get(reverse("timeline:document", args=[document.pk])).status_code == 200


def test_a_file_is_moved_to_another_folder_with_its_lines(login, owner, customer):
    document, quote = added(customer, owner), Folder.objects.get(code="quote")

    login(owner).post(reverse("timeline:document_move", args=[document.pk]), {"folder": quote.pk, "note": "改"})

    document.refresh_from_db()
    assert (document.folder, document.note) == (quote, "改")
    assert Entry.objects.get(kind="file").payload["folder"] == "quote"
    assert services.rebuild_entries("timeline.version")["timeline.version"]["right"] == 1


def test_a_version_that_is_not_there_is_not_found(login, owner, customer):
    document = added(customer, owner)
    document.versions.get().file.unlink()
    browser = login(owner)

    assert browser.get(reverse("timeline:download", args=[document.pk, 2])).status_code == 404
    assert browser.get(reverse("timeline:download", args=[document.pk, 1])).status_code == 404


@pytest.mark.parametrize("name", ["documents", "document"])
def test_the_fragment_is_that_part_of_the_page(login, owner, customer, name):
    document = added(customer, owner)
    browser = login(owner)
    url = reverse(f"timeline:{name}", args=[customer.pk if name == "documents" else document.pk])

    page, part = browser.get(url).content.decode(), browser.get(url, headers=HTMX).content.decode()

    def plain(text):  # the form's token differs from answer to answer
        return "".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)

    assert "<html" not in part
    assert plain(part).strip() in plain(page)


def test_the_list_asks_the_same_number_of_questions_however_long(login, owner, customer):
    browser, url = login(owner), reverse("timeline:documents", args=[customer.pk])

    def questions():
        browser.get(url)
        with CaptureQueriesContext(connection) as asked:
            browser.get(url)
        return len(asked)

    added(customer, owner)
    few = questions()
    for n in range(6):
        added(customer, owner, name=f"{n}.pdf", folder="contract" if n % 2 else "quote")

    assert questions() == few <= 15


# --- folders ------------------------------------------------------------------------------------------------------


def test_the_administrator_adds_renames_and_closes_folders(login, admin, customer):
    browser = login(admin)
    browser.post(reverse("timeline:folders"), {"name": "图纸", "is_active": "on", "is_sensitive": "on"})
    drawing = Folder.objects.get(name="图纸")
    kept = added(customer, admin, folder=drawing)

    twice = browser.post(reverse("timeline:folders"), {"name": "合同", "is_active": "on"})
    browser.post(reverse("timeline:folder", args=[drawing.pk]), {"name": "设备图纸"})

    drawing.refresh_from_db()
    assert (drawing.name, drawing.is_active, drawing.is_sensitive) == ("设备图纸", False, False)
    assert twice.status_code == 422
    assert drawing not in queries.open_folders()
    assert list(drawing.documents.all()) == [kept]
    assert Change.objects.filter(model="timeline.folder").count() == 2


def test_a_folder_that_came_with_the_house_keeps_its_word_in_both_languages(admin):
    folder = Folder.objects.get(code="contract")

    services.save_folder(folder, name="合同", is_sensitive=False, by=admin)

    folder.refresh_from_db()
    assert (folder.name, folder.word, folder.is_sensitive) == ("contract", "合同", False)


def test_folders_are_the_administrators(login, owner):
    assert login(owner).get(reverse("timeline:folders")).status_code == 403
