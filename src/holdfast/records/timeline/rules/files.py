"""What a file is, by its bytes; under which name it is kept; what is refused. No database, no disk."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAME_LENGTH = 120
HEAD_BYTES = 8192


@dataclass(frozen=True)
class FileKind:
    """A kind of file that may be kept: its content type, its endings (the first is put where one is missing or wrong),
    and how it is shown: image, pdf, audio, video, text, or "" where it can only be taken away."""

    mime: str
    endings: tuple[str, ...]
    shown: str = ""
    icon: str = "file"


OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS: dict[str, FileKind] = {
    "pdf": FileKind("application/pdf", ("pdf",), "pdf", "file-type-pdf"),
    "jpeg": FileKind("image/jpeg", ("jpg", "jpeg", "jfif"), "image", "photo"),
    "png": FileKind("image/png", ("png",), "image", "photo"),
    "gif": FileKind("image/gif", ("gif",), "image", "photo"),
    "webp": FileKind("image/webp", ("webp",), "image", "photo"),
    "heic": FileKind("image/heic", ("heic", "heif"), "", "photo"),
    "bmp": FileKind("image/bmp", ("bmp",), "image", "photo"),
    "tiff": FileKind("image/tiff", ("tif", "tiff"), "", "photo"),
    "mp3": FileKind("audio/mpeg", ("mp3",), "audio", "microphone"),
    "m4a": FileKind("audio/mp4", ("m4a",), "audio", "microphone"),
    "wav": FileKind("audio/wav", ("wav",), "audio", "microphone"),
    "ogg": FileKind("audio/ogg", ("ogg", "oga", "opus"), "audio", "microphone"),
    "flac": FileKind("audio/flac", ("flac",), "audio", "microphone"),
    "amr": FileKind("audio/amr", ("amr",), "", "microphone"),
    "aac": FileKind("audio/aac", ("aac",), "audio", "microphone"),
    "mp4": FileKind("video/mp4", ("mp4", "m4v", "mov"), "video", "video"),
    "docx": FileKind(OFFICE + "wordprocessingml.document", ("docx",), "", "file-type-doc"),
    "xlsx": FileKind(OFFICE + "spreadsheetml.sheet", ("xlsx",), "", "file-type-xls"),
    "pptx": FileKind(OFFICE + "presentationml.presentation", ("pptx",), "", "file-type-ppt"),
    "doc": FileKind("application/msword", ("doc", "wps"), "", "file-type-doc"),
    "xls": FileKind("application/vnd.ms-excel", ("xls", "et"), "", "file-type-xls"),
    "ppt": FileKind("application/vnd.ms-powerpoint", ("ppt", "dps"), "", "file-type-ppt"),
    "text": FileKind("text/plain; charset=utf-8", ("txt", "md", "csv", "log"), "text", "file-text"),
}
# Endings that a computer may run or a browser may render as a page, wherever they stand in a name.
_ENDINGS = (
    "exe com scr msi msp bat cmd ps1 psm1 vbs vbe js mjs jse wsf wsh hta cpl dll sys jar class apk dmg pkg app deb rpm "
    "sh bash zsh py pyc rb pl php phtml asp aspx jsp cgi html htm xhtml shtml mht mhtml svg svgz xml xsl xslt swf lnk "
    "url desktop reg inf docm dotm xlsm xltm xlam xlsb pptm potm ppam ppsm sldm chm hlp iso img vhd vhdx"
)
DANGEROUS = frozenset(_ENDINGS.split(" "))
ARCHIVES = frozenset({"zip", "rar", "7z", "tar", "gz", "bz2", "xz", "tgz", "cab"})

REFUSALS: dict[str, Promise] = {
    "empty": _("「%(name)s」是空文件，请检查后重新选择。"),
    "dangerous": _(
        "「%(name)s」是能被电脑直接运行或当作网页打开的文件（%(ending)s），为安全起见不收。请转成 PDF 再上传。"
    ),
    "macros": _("「%(name)s」带有宏，为安全起见不收。请另存为不带宏的格式（docx、xlsx、pptx）再上传。"),
    "archive": _("「%(name)s」是压缩包，里面的内容没法检查。请解开后逐个上传。"),
    "bomb": _("「%(name)s」解开后大得不正常，不收。请检查文件来源。"),
    "unknown": _(
        "认不出「%(name)s」的内容，它和常见的文件格式都对不上。可以上传 PDF、图片、录音、视频、Office 文档和纯文本。"
    ),
}


class FileRefused(ValueError):
    """Why a file is not taken: a code of REFUSALS and, for "dangerous", the ending."""

    def __init__(self, code: str, ending: str = "") -> None:
        super().__init__(code)
        self.code, self.ending = code, ending


def clean_name(name: str) -> str:
    """The last part of a path as a safe, readable file name: no path, no control or direction signs, not too long."""
    text = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    text = "".join(sign for sign in text if unicodedata.category(sign)[0] != "C")
    text = re.sub(r'[<>:"|?*]+', "_", re.sub(r"\s+", " ", text)).strip(" .")
    stem, dot, ending = text.rpartition(".")
    if not dot or len(ending) > 10:
        return text[:NAME_LENGTH].strip(" .")
    return f"{stem[: NAME_LENGTH - len(ending) - 1].strip(' .') or '_'}.{ending}"


def endings_of(name: str) -> list[str]:
    """Every ending of a name: a.pdf.exe has two."""
    return [part.strip().lower() for part in name.split(".")[1:]]


def refuse_by_name(name: str) -> None:
    """Refuse what its name says a computer would run, also under a second ending."""
    for ending in endings_of(name):
        if ending in DANGEROUS:
            raise FileRefused("dangerous", ending)
    if endings_of(name)[-1:] and endings_of(name)[-1] in ARCHIVES:
        raise FileRefused("archive")


def name_for(name: str, kind: str, unnamed: str) -> str:
    """The name with an ending that is true: a JPEG called .png becomes .jpg; `unnamed` where nothing was left."""
    endings = KINDS[kind].endings
    path = PurePath(name)
    if path.suffix[1:].lower() in endings:
        return name
    known = {ending for other in KINDS.values() for ending in other.endings}
    stem = path.stem if path.suffix[1:].lower() in known else name
    return clean_name(f"{stem or unnamed}.{endings[0]}")


MAGIC: list[tuple[bytes, str]] = [
    (b"%PDF-", "pdf"), (b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF87a", "gif"), (b"GIF89a", "gif"),
    (b"BM", "bmp"), (b"II*\x00", "tiff"), (b"MM\x00*", "tiff"), (b"ID3", "mp3"), (b"OggS", "ogg"), (b"fLaC", "flac"),
    (b"#!AMR", "amr"), (b"PK\x03\x04", "zip"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"), (b"\xff\xf1", "aac"),
    (b"\xff\xf9", "aac"), (b"\xff\xfb", "mp3"), (b"\xff\xf3", "mp3"), (b"\xff\xf2", "mp3"),
]  # fmt: skip
ARCHIVE_MAGIC = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
PROGRAM_MAGIC = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"#!/", b"dex\n")
BRANDS = {b"M4A ": "m4a", b"M4B ": "m4a", b"heic": "heic", b"heix": "heic", b"mif1": "heic", b"msf1": "heic"}


def sniff(head: bytes) -> str:
    """What the first bytes say: a code of KINDS, or "zip" and "ole", which must be looked into.

    Errors: FileRefused.
    """
    if not head:
        raise FileRefused("empty")
    if head.startswith(PROGRAM_MAGIC):
        raise FileRefused("dangerous", "exe")
    if head.startswith(ARCHIVE_MAGIC):
        raise FileRefused("archive")
    if head[:4] == b"RIFF" and head[8:12] in (b"WAVE", b"WEBP"):
        return "wav" if head[8:12] == b"WAVE" else "webp"
    if head[4:8] == b"ftyp":
        return BRANDS.get(head[8:12], "mp4")
    for magic, kind in MAGIC:
        if head.startswith(magic):
            return kind
    return _text_or_refused(head)


MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe|object|embed|\?xml|\?php|%@)", re.IGNORECASE)


def _text_or_refused(head: bytes) -> str:
    """Plain text in UTF-8 or GB 18030 that no browser would take for a page."""
    plain = head.removeprefix(b"\xef\xbb\xbf")
    if MARKUP.search(plain):
        raise FileRefused("dangerous", "html")
    if any(byte < 9 or 13 < byte < 32 for byte in plain):
        raise FileRefused("unknown")
    for encoding in ("utf-8", "gb18030"):
        try:
            plain[: len(plain) - 4 if len(plain) >= HEAD_BYTES - 4 else None].decode(encoding)
        except UnicodeDecodeError as error:
            if len(plain) >= HEAD_BYTES - 4 and error.start >= len(plain) - 8:
                return "text"
            continue
        return "text"
    raise FileRefused("unknown")


def refuse_text_called_otherwise(name: str, kind: str) -> None:
    """Text that calls itself a picture or a document is not what it says."""
    known = {ending for code, other in KINDS.items() if code != "text" for ending in other.endings}
    if kind == "text" and PurePath(name).suffix[1:].lower() in known:
        raise FileRefused("unknown")
