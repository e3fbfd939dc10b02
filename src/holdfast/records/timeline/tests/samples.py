"""Files for tests: their bytes, and `added(customer, by)`."""

import io
import zipfile

from holdfast.records.timeline import services
from holdfast.records.timeline.models import files_home

PDF = b"%PDF-1.7\n" + b"x" * 100
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 50
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 50
MP3 = b"ID3\x04\x00" + bytes(range(256)) * 40


def added(customer, by, data=PDF, name="年度合同.pdf", folder="contract", **fields):
    return services.add_document(customer, file=io.BytesIO(data), name=name, folder=folder, by=by, **fields)


def office(*members, sizes=None):
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            archive.writestr(member, b"0" * (sizes or {}).get(member, 10))
    return book.getvalue()


def files_on_disk():
    return [path for path in files_home().rglob("*") if path.is_file()] if files_home().exists() else []


DOCX = office("[Content_Types].xml", "word/document.xml")
