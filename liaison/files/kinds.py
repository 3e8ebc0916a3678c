"""What may be sent: the types that are taken for each purpose, and the endings that never are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from liaison.files.vocabulary import Purpose

MEGABYTE: Final = 1024 * 1024
LARGEST_PICTURE_OF_HELP: Final = 5 * MEGABYTE


@dataclass(frozen=True)
class Kind:
    """One type: what it is served as, how its names end (the usual ending first), and what libmagic calls it."""

    content_type: str
    extensions: tuple[str, ...]
    magic: frozenset[str]


def _kind(content_type: str, extensions: str, *magic: str) -> Kind:
    return Kind(content_type, tuple(extensions.split()), frozenset({content_type, *magic}))


_OFFICE: Final = "application/vnd.openxmlformats-officedocument"

PNG: Final = _kind("image/png", "png")
JPEG: Final = _kind("image/jpeg", "jpg jpeg jpe")
GIF: Final = _kind("image/gif", "gif")
WEBP: Final = _kind("image/webp", "webp")
PDF: Final = _kind("application/pdf", "pdf")
MP4: Final = _kind("video/mp4", "mp4 m4v", "video/x-m4v", "video/3gpp")
QUICKTIME: Final = _kind("video/quicktime", "mov qt")
WEBM: Final = _kind("video/webm", "webm")
ZIP: Final = _kind("application/zip", "zip")
DOCX: Final = _kind(f"{_OFFICE}.wordprocessingml.document", "docx", "application/zip", "application/octet-stream")
XLSX: Final = _kind(f"{_OFFICE}.spreadsheetml.sheet", "xlsx", "application/zip", "application/octet-stream")
PPTX: Final = _kind(f"{_OFFICE}.presentationml.presentation", "pptx", "application/zip", "application/octet-stream")
MAIL: Final = _kind("message/rfc822", "eml")
# libmagic has many names for text; what is not text, and what text is refused, `inspecting.texts` decides.
TEXT: Final = _kind(
    "text/plain", "txt log out csv tsv json jsonl ndjson har xml md rst yaml yml toml ini conf cfg trace diff patch sql"
)

PICTURES: Final = (PNG, JPEG, GIF, WEBP)
OFFICE: Final = (DOCX, XLSX, PPTX)
KINDS: Final[Mapping[Purpose, tuple[Kind, ...]]] = MappingProxyType(
    {
        Purpose.CASE: (*PICTURES, PDF, TEXT, ZIP, *OFFICE, MAIL, MP4, QUICKTIME, WEBM),
        Purpose.HELP_PICTURE: (PNG, JPEG, WEBP),
    }
)
SHOWN_EXTENSIONS: Final[Mapping[Purpose, str]] = MappingProxyType(
    {
        Purpose.CASE: (
            "png, jpg, gif, webp, pdf, txt, log, csv, json, har, xml, zip, docx, xlsx, pptx, eml, mp4, mov, webm"
        ),
        Purpose.HELP_PICTURE: "png, jpg, webp",
    }
)
KNOWN_EXTENSIONS: Final = frozenset(ending for kind in KINDS[Purpose.CASE] for ending in kind.extensions)
# What a double click runs or a browser interprets, and documents with macros, whatever the content is.
REFUSED_EXTENSIONS: Final = frozenset(
    [
        "exe",
        "com",
        "scr",
        "pif",
        "msi",
        "msp",
        "mst",
        "bat",
        "cmd",
        "ps1",
        "ps1xml",
        "psm1",
        "psd1",
        "vb",
        "vbs",
        "vbe",
        "js",
        "jse",
        "mjs",
        "cjs",
        "ws",
        "wsf",
        "wsh",
        "wsc",
        "sct",
        "hta",
        "cpl",
        "msc",
        "jar",
        "jnlp",
        "reg",
        "inf",
        "lnk",
        "url",
        "website",
        "desktop",
        "scf",
        "gadget",
        "application",
        "dll",
        "sys",
        "drv",
        "ocx",
        "so",
        "dylib",
        "sh",
        "bash",
        "zsh",
        "csh",
        "ksh",
        "fish",
        "command",
        "run",
        "app",
        "dmg",
        "pkg",
        "deb",
        "rpm",
        "apk",
        "ipa",
        "iso",
        "img",
        "vhd",
        "vhdx",
        "chm",
        "hlp",
        "shtml",
        "htm",
        "html",
        "xhtml",
        "xht",
        "mht",
        "mhtml",
        "svg",
        "svgz",
        "xsl",
        "xslt",
        "swf",
        "php",
        "phtml",
        "php3",
        "php5",
        "asp",
        "aspx",
        "jsp",
        "jspx",
        "cgi",
        "pl",
        "py",
        "pyc",
        "pyw",
        "rb",
        "docm",
        "dotm",
        "xlsm",
        "xltm",
        "xlam",
        "xlsb",
        "pptm",
        "potm",
        "ppam",
        "ppsm",
        "sldm",
        "one",
        "onepkg",
        "accde",
        "ade",
        "adp",
        "mde",
        "diagcab",
        "slk",
        "iqy",
    ]
)
