"""Files of a customer: kept whole or not at all, known by their bytes."""

import errno
import io
import os
import time

import pytest

from holdfast.common.refusals import Refusal
from holdfast.foundation.audit.models import Change
from holdfast.records.customers import services as customers
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.timeline import queries, services, writers
from holdfast.records.timeline.models import Document, Entry, Folder, Version, files_home
from holdfast.records.timeline.rules import files as rules
from holdfast.records.timeline.tests.samples import DOCX, JPEG, MP3, PDF, PNG, added, files_on_disk, office

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def customer(owner):
    return CustomerFactory(owner=owner)


# --- keeping ------------------------------------------------------------------------------------------------------


@pytest.mark.shows("ARC-06")
def test_a_file_is_kept_under_a_random_name_with_its_hash_and_a_line_in_the_history(customer, owner):
    document = added(customer, owner, note="已盖章")

    version = document.versions.get()
    assert version.file.read_bytes() == PDF
    assert "合同" not in version.path
    assert oct(version.file.stat().st_mode)[-3:] == "600"
    assert (version.number, version.kind, version.size_bytes) == (1, "pdf", len(PDF))
    assert len(version.sha256) == 64
    [line] = queries.told(Entry.objects.filter(source="timeline.version"))
    assert (line.entry.text, line.entry.kind) == ("年度合同.pdf", "file")
    assert "合同" in line.words
    told = Change.objects.filter(subject=f"customers.customer:{customer.pk}", model__startswith="timeline")
    assert set(told.values_list("model", flat=True)) == {"timeline.document", "timeline.version"}


def test_the_same_name_gets_a_new_version_and_the_old_one_stays(customer, owner, teammate):
    first = added(customer, owner)

    again = added(customer, teammate, data=PDF + b"2")
    elsewhere = added(customer, owner, folder="quote")

    assert again == first != elsewhere
    assert [version.number for version in first.versions.all()] == [2, 1]
    assert first.versions.get(number=1).file.read_bytes() == PDF
    assert queries.told(Entry.objects.filter(source_id=first.versions.get(number=2).pk))[0].words.count("第 2 版") == 1


def test_the_same_bytes_again_change_nothing_and_leave_no_second_copy(customer, owner):
    document = added(customer, owner)

    assert added(customer, owner) == document
    assert document.versions.count() == 1
    assert len(files_on_disk()) == 1


@pytest.mark.parametrize(
    ("data", "name", "kind", "kept_as"),
    [
        (PDF, "合同.pdf", "pdf", "合同.pdf"),
        (PDF, "合同", "pdf", "合同.pdf"),
        (JPEG, "照片.PNG", "jpeg", "照片.jpg"),
        (PNG, "a.png", "png", "a.png"),
        (MP3, "录音 1.mp3", "mp3", "录音 1.mp3"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "a.wav", "wav", "a.wav"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a.webp", "webp", "a.webp"),
        (b"\x00\x00\x00\x20ftypM4A \x00", "a.m4a", "m4a", "a.m4a"),
        (b"\x00\x00\x00\x20ftypisom\x00", "a.mp4", "mp4", "a.mp4"),
        (DOCX, "报价.docx", "docx", "报价.docx"),
        (office("[Content_Types].xml", "xl/workbook.xml"), "表.xlsx", "xlsx", "表.xlsx"),
        ("客户说了三点".encode(), "记录.txt", "text", "记录.txt"),
        ("客户说了三点".encode("gb18030") * 3000, "旧记录.txt", "text", "旧记录.txt"),
        (("客" * 9000).encode(), "长.txt", "text", "长.txt"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "旧.doc", "doc", "旧.doc"),
    ],
)
def test_what_a_file_is_is_told_by_its_bytes_and_a_wrong_ending_is_put_right(
    customer, owner, data, name, kind, kept_as
):
    document = added(customer, owner, data=data, name=name, folder="other")

    assert (document.versions.get().kind, document.name) == (kind, kept_as)


@pytest.mark.shows("ARC-06")
@pytest.mark.parametrize(
    ("data", "name", "word"),
    [
        (b"", "空.pdf", "空文件"),
        (b"MZ\x90\x00" + b"\x00" * 50, "报价.pdf", "直接运行"),
        (b"\x7fELF\x02", "a.png", "直接运行"),
        (b"#!/bin/sh\nrm -rf /", "读我.txt", "直接运行"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "页面.txt", "网页"),
        (b"\xef\xbb\xbf  <html onload=x>", "a.pdf", "网页"),
        (b"<?xml version='1.0'?><svg onload='alert(1)'/>", "图.png", "网页"),
        (PNG, "图.svg", "svg"),
        (PDF, "合同.pdf.exe", "exe"),
        (PDF, "合同.html.pdf", "html"),
        (PDF, "程序.JS", "js"),
        (DOCX, "表.xlsm", "xlsm"),
        (office("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "表.xlsx", "宏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook_VBA_PROJECT".encode("utf-16-le"), "旧.xls", "宏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 90, "装.doc", "直接运行"),
        (office("a.txt"), "包.zip", "压缩包"),
        (office("a.txt"), "包.docx", "压缩包"),
        (b"Rar!\x1a\x07\x00", "包.pdf", "压缩包"),
        (b"PK\x03\x04 no zip", "坏.docx", "认不出"),
        (b"\x00\x01\x02\x03" * 9, "合同.pdf", "认不出"),
        (b"just text", "照片.jpg", "认不出"),
    ],
)
def test_what_is_dangerous_or_unknown_is_refused_with_a_sentence_and_leaves_nothing(customer, owner, data, name, word):
    with pytest.raises(Refusal) as refused:
        added(customer, owner, data=data, name=name, folder="other")

    assert word in refused.value.message
    assert refused.value.field == "file"
    assert not Document.objects.exists()
    assert files_on_disk() == []


def test_an_office_file_that_would_unpack_hugely_is_refused_unopened(customer, owner, monkeypatch):
    monkeypatch.setattr(writers, "MOST_UNPACKED", 10_000)
    bomb = office("[Content_Types].xml", "word/document.xml", sizes={"word/document.xml": 200_000})

    with pytest.raises(Refusal, match="大得不正常"):
        added(customer, owner, data=bomb, name="炸弹.docx")


def test_a_file_over_the_limit_is_refused_while_it_comes(customer, owner, settings):
    settings.FILE_LIMIT_BYTES = 2 << 20

    class Endless(io.RawIOBase):
        read_bytes = 0

        def read(self, size=-1):
            self.read_bytes += size
            return b"%PDF-" + b"0" * (size - 5)

    source = Endless()
    with pytest.raises(Refusal, match="超过 2 MB"):
        services.add_document(customer, file=source, name="大.pdf", folder="other", by=owner)

    assert source.read_bytes <= 4 << 20
    assert files_on_disk() == []


@pytest.mark.parametrize(("data", "code"), [(PNG, "photo"), (MP3, "recording"), (PDF, "other")])
def test_without_a_folder_a_file_goes_where_its_kind_belongs(customer, owner, data, code):
    folder = added(customer, owner, data=data, name="无题", folder="").folder

    Folder.objects.filter(code=code).update(is_active=False)
    elsewhere = added(customer, owner, data=data + b"1", name="另一个", folder="").folder
    Folder.objects.update(is_active=False)

    assert (folder.code, elsewhere.code) == (code, "contract")
    with pytest.raises(Refusal, match="还没有能放文件的文件夹"):
        added(customer, owner, data=data, name="再一个", folder="")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\fakepath\\合同.pdf", "合同.pdf"),
        ("/abs/合同.pdf", "合同.pdf"),
        ("..", "合同.pdf"),
        ("", "合同.pdf"),
        (".pdf", "pdf.pdf"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ("合同\u202efdp.pdf", "合同fdp.pdf"),
        ('合"同<1>|?.pdf', "合_同_1_.pdf"),
        ("长" * 400 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_a_name_cannot_lead_elsewhere_nor_deceive(customer, owner, given, kept):
    document = added(customer, owner, name=given)

    assert document.name == kept
    assert document.versions.get().file.parent.parent == files_home()


# --- half files ---------------------------------------------------------------------------------------------------


@pytest.mark.shows("ARC-06")
@pytest.mark.parametrize("moment", ["write", "fsync", "rename", "database"])
def test_a_full_disk_or_a_failure_at_any_moment_leaves_no_half_file(customer, owner, monkeypatch, moment):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    if moment == "write":
        monkeypatch.setattr(writers, "_copy", full)
    elif moment == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    elif moment == "rename":
        monkeypatch.setattr("pathlib.Path.rename", full)
    else:
        monkeypatch.setattr("holdfast.records.timeline.services.documents._add_version", full)

    with pytest.raises(Refusal, match="磁盘满了"):
        added(customer, owner)

    monkeypatch.undo()
    assert not Version.objects.exists()
    assert files_on_disk() == []


def test_what_a_kill_left_is_swept_after_an_hour_and_nothing_else(customer, owner):
    kept = added(customer, owner).versions.get().file
    old, young = kept.with_name("0" * 32), kept.with_name("1" * 32 + ".partial")
    for path in (old, young):
        path.write_bytes(b"half")
    an_hour_ago = time.time() - 7200
    for path in (old, kept):
        os.utime(path, (an_hour_ago, an_hour_ago))

    assert services.sweep_files() == 1
    assert sorted(files_on_disk()) == sorted([kept, young])


def test_files_whose_bytes_are_gone_or_cut_are_named(customer, owner):
    whole, gone, cut = (added(customer, owner, name=name) for name in ("好.pdf", "失.pdf", "残.pdf"))
    gone.versions.get().file.unlink()
    cut.versions.get().file.write_bytes(b"%PDF-")

    assert services.missing_files() == ["失.pdf (v1)", "残.pdf (v1)"]
    assert whole.versions.get().file.is_file()


# --- deleting -----------------------------------------------------------------------------------------------------


def test_a_deleted_file_leaves_the_list_and_the_history_and_comes_back(customer, owner):
    document = added(customer, owner)

    services.delete_document(document, by=owner)
    hidden = (queries.documents_of(owner, customer), Entry.objects.filter(kind="file").count())
    services.restore_document(document, by=owner)

    assert hidden == ([], 0)
    assert [found for _folder, some in queries.documents_of(owner, customer) for found in some] == [document]
    assert Entry.objects.filter(kind="file").count() == 1
    assert list(Change.objects.filter(verb__in=["delete", "restore"]).values_list("verb", flat=True)) in (
        ["delete", "restore"], ["restore", "delete"],
    )  # fmt: skip


def test_a_file_is_not_brought_back_beside_another_of_its_name(customer, owner):
    document = added(customer, owner)
    services.delete_document(document, by=owner)
    added(customer, owner, data=PDF + b"new")

    with pytest.raises(Refusal, match="同名"):
        services.restore_document(document, by=owner)


def test_an_erasure_removes_rows_and_bytes(customer, owner, django_capture_on_commit_callbacks):
    added(customer, owner)
    added(customer, owner, data=PDF + b"2")
    other = added(CustomerFactory(owner=owner), owner)

    with django_capture_on_commit_callbacks(execute=True):
        assert services.erase_documents(customer, by=owner) == 2

    assert list(Version.objects.values_list("document", flat=True)) == [other.pk]
    assert len(files_on_disk()) == 1
    assert list(queries.deleted_of(owner, customer)) == []
    with pytest.raises(Refusal, match="已经抹去"):
        services.restore_document(Document.objects.get(customer=customer), by=owner)
    assert not Change.objects.filter(verb="erase", label__contains="合同").exists()


def test_two_customers_with_files_of_one_name_are_merged_and_no_file_is_lost(customer, owner, admin):
    other = CustomerFactory(owner=owner)
    mine, theirs = added(customer, owner), added(other, owner, data=PDF + b"theirs")

    batch = customers.merge_customers(customer, other, by=admin)
    found = [document for _folder, some in queries.documents_of(owner, customer) for document in some]
    customers.undo_merge(batch, by=admin)

    assert set(found) == {mine, theirs}
    assert theirs.versions.get().file.read_bytes() == PDF + b"theirs"
    theirs.refresh_from_db()
    assert theirs.customer == other


@pytest.mark.shows("ARC-06")
def test_an_erased_customers_files_are_gone_from_the_disk(customer, owner, admin, django_capture_on_commit_callbacks):
    document = added(customer, owner)

    with django_capture_on_commit_callbacks(execute=True):
        told = customers.erase_customer(customer, by=admin)

    document.refresh_from_db()
    assert told["hooks"]["files"] == 1
    assert files_on_disk() == []
    assert "合同" not in document.name
    assert not any("年度合同" in str(change.label) for change in Change.objects.all())


def test_every_kind_has_a_type_and_no_ending_is_dangerous():
    endings = [ending for kind in rules.KINDS.values() for ending in kind.endings]

    assert all("/" in kind.mime for kind in rules.KINDS.values())
    assert not set(endings) & (rules.DANGEROUS | rules.ARCHIVES)
    assert len(endings) == len(set(endings))
