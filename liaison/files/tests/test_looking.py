"""What is taken, and what is refused however it is dressed up: bombs, polyglots, macros, programs, pages."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.files.codes import FileCode
from liaison.files.inspecting.looking import Looked, look_at
from liaison.files.inspecting.unfit import Unfit
from liaison.files.testing import png, zipped
from liaison.files.vocabulary import Purpose

HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>"
RELS = '<Relationships><Relationship Type="http://x/relationships/{kind}" Target="{target}"{mode}/></Relationships>'
EXTERNAL = ' TargetMode="External"'
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'


def jpeg(inside: bytes = b"") -> bytes:
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + inside + b"\xff\xd9"


def gif(after: bytes = b"", comment: bytes = b"") -> bytes:
    said = b"\x21\xfe" + bytes([len(comment)]) + comment + b"\x00" if comment else b""
    picture = b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"
    return b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff" + said + picture + b"\x3b" + after


def webp() -> bytes:
    chunk = b"VP8L" + struct.pack("<I", 10) + b"\x2f\x00\x00\x00\x00\x07\x10\xfd\x8f\xfe"
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def pdf(after: bytes = b"") -> bytes:
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n" + after


def document(*, folder: str = "word", more: Mapping[str, bytes | str] | None = None) -> bytes:
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": RELS.format(kind="officeDocument", target=f"{folder}/document.xml", mode=""),
        f"{folder}/document.xml": "<w:document><w:p><w:t>Hello</w:t></w:p></w:document>",
    }
    return zipped({**parts, **(more or {})})


def related(kind: str, target: str, mode: str) -> bytes:
    return document(more={"word/_rels/document.xml.rels": RELS.format(kind=kind, target=target, mode=mode)})


def mail(part: str) -> bytes:
    return f"From: a@a.test\r\nTo: b@b.test\r\nSubject: x\r\nMIME-Version: 1.0\r\n{part}".encode()


def look(content: bytes, name: str = "file.txt", purpose: Purpose = Purpose.CASE) -> Looked:
    return look_at(io.BytesIO(content), size=len(content), name=name, purpose=purpose)


def refused(content: bytes, name: str = "file.txt", purpose: Purpose = Purpose.CASE) -> FileCode:
    with pytest.raises(Unfit) as unfit:
        look(content, name, purpose)
    return unfit.value.code


MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\x00\x00\x00\x08free" + b"\x00" * 64
WEBM = (
    b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webmB\x87\x81\x04B\x85\x81\x02"
    + b"\x00" * 64
)


@pytest.mark.parametrize(
    ("content", "name", "content_type", "kept_name"),
    [
        (png(), "a.png", "image/png", "a.png"),
        (png(), "a.jpg", "image/png", "a.png"),
        (png(), "screenshot", "image/png", "screenshot.png"),
        (jpeg(), "a.jpeg", "image/jpeg", "a.jpeg"),
        (jpeg() + b"SEFT of a phone", "a.jpg", "image/jpeg", "a.jpg"),
        (gif(), "a.gif", "image/gif", "a.gif"),
        (webp(), "a.webp", "image/webp", "a.webp"),
        (pdf(), "a.pdf", "application/pdf", "a.pdf"),
        (MP4, "a.mp4", "video/mp4", "a.mp4"),
        (WEBM, "a.webm", "video/webm", "a.webm"),
        (b"2026-11-05 10:00 \x1b[31mERROR\x1b[0m import failed\n", "a.log", "text/plain", "a.log"),
        ("오류가 났습니다\n".encode("cp949") * 20, "a.log", "text/plain", "a.log"),
        ("오류가 났습니다\n".encode("utf-16"), "a.csv", "text/plain", "a.csv"),
        (b'{"log": {"entries": [{"text": "<html><script>"}]}}', "a.har", "text/plain", "a.har"),
        (b"at noon the page said <html><script>alert(1)</script>\n", "a.log", "text/plain", "a.log"),
        (b'<?xml version="1.0"?><order id="1"/>', "a.xml", "text/plain", "a.xml"),
        (b"just text\n", "core.dump", "text/plain", "core.dump.txt"),
        (zipped({"logs/a.log": b"x" * 5000}), "a.zip", "application/zip", "a.zip"),
        (
            related("hyperlink", "https://a.test", EXTERNAL),
            "a.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "a.docx",
        ),
        (
            document(folder="xl"),
            "a.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "a.xlsx",
        ),
        (mail("Content-Type: text/plain\r\n\r\nHello\r\n"), "a.eml", "message/rfc822", "a.eml"),
    ],
)
def test_what_people_send_is_taken(content: bytes, name: str, content_type: str, kept_name: str) -> None:
    assert look(content, name) == Looked(content_type, kept_name)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (HTML, "a.txt", FileCode.MARKUP),
        (b"\xef\xbb\xbf\n<!-- x --><!-- y -->\n<HTML>", "a.txt", FileCode.MARKUP),
        ("<html>".encode("utf-16"), "a.txt", FileCode.MARKUP),
        (SVG, "a.xml", FileCode.MARKUP),
        (b'<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><a/>', "a.xml", FileCode.MARKUP),
        (b'<x:r xmlns:x="a" xmlns:h="http://www.w3.org/1999/xhtml"><h:script/></x:r>', "a.xml", FileCode.MARKUP),
        (HTML, "a.html", FileCode.EXTENSION_REFUSED),
        (b"text", "a.js", FileCode.EXTENSION_REFUSED),
        (png(), "a.svg", FileCode.EXTENSION_REFUSED),
        (png(), "picture.png.exe", FileCode.EXTENSION_REFUSED),
        (b"#!/bin/sh\nrm -rf /\n", "a.txt", FileCode.SCRIPT),
        (b"<?php system($_GET['c']);", "a.txt", FileCode.SCRIPT),
        (b"@echo off\r\ndel *", "a.txt", FileCode.SCRIPT),
        (b"MZ" + b"\x90\x00\x03" * 50, "a.txt", FileCode.TYPE_REFUSED),
        (b"\x7fELF\x02\x01\x01" + b"\x00" * 100, "a.log", FileCode.TYPE_REFUSED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "a.doc", FileCode.TYPE_REFUSED),
        (b"Rar!\x1a\x07\x00" + b"\x00" * 100, "a.rar", FileCode.TYPE_REFUSED),
        (b"text at first" + b"\x00\x01\x02" * 50, "a.txt", FileCode.TYPE_REFUSED),
        (b"x" * 3_000_000 + b"\x00", "a.txt", FileCode.TYPE_REFUSED),
        # Two files in one.
        (png(zipped({"a.txt": b"x"})), "a.png", FileCode.HIDES_SOMETHING),
        (png(HTML), "a.png", FileCode.HIDES_SOMETHING),
        (gif(b"/*" + b" " * 30 + b"*/=1;alert(1)"), "a.gif", FileCode.HIDES_SOMETHING),
        (gif(comment=b"<script>alert(1)</script>"), "a.gif", FileCode.HIDES_SOMETHING),
        (jpeg(b"\xff\xfe\x00\x1b<?php system('x'); ?>  "), "a.jpg", FileCode.HIDES_SOMETHING),
        (jpeg() + zipped({"Evil.class": b"\xca\xfe\xba\xbe"}), "a.jpg", FileCode.HIDES_SOMETHING),
        (b"%PDF-1.4\n<html><script>alert(1)</script>" + pdf(), "a.pdf", FileCode.HIDES_SOMETHING),
        (pdf(zipped({"a.txt": b"x"})), "a.pdf", FileCode.HIDES_SOMETHING),
        (png()[:30], "a.png", FileCode.BROKEN),
        (gif()[:-1], "a.gif", FileCode.BROKEN),
        # Zip files.
        (zipped({"../../etc/passwd": b"x"}), "a.zip", FileCode.PATHS),
        (zipped({"/etc/passwd": b"x"}), "a.zip", FileCode.PATHS),
        (zipped({"C:\\a.txt": b"x"}), "a.zip", FileCode.PATHS),
        (zipped({"a.exe": b"x"}), "a.zip", FileCode.PROGRAM),
        (zipped({"a.txt": b"MZ\x90"}), "a.zip", FileCode.PROGRAM),
        (zipped({"b.zip": zipped({"a.txt": b"x"})}), "a.zip", FileCode.NESTED),
        (zipped({"b.txt": b"\x1f\x8b\x08"}), "a.zip", FileCode.NESTED),
        (zipped({"a.txt": b"\x00" * 60_000_000}), "a.zip", FileCode.UNPACKS_TOO_LARGE),
        (zipped({f"{number}.txt": b"" for number in range(2100)}), "a.zip", FileCode.UNPACKS_TOO_LARGE),
        (zipped({"a.txt": b"x"})[:-30], "a.zip", FileCode.BROKEN),
        # Documents.
        (document(more={"word/vbaProject.bin": b"x"}), "a.docx", FileCode.MACROS),
        (document(more={"[Content_Types].xml": "<Override ContentType='macroEnabled'/>"}), "a.docx", FileCode.MACROS),
        (document(more={"word/embeddings/oleObject1.bin": b"x"}), "a.docx", FileCode.EMBEDS_OBJECTS),
        (
            related("attachedTemplate", "https://evil.test/a>b", EXTERNAL),
            "a.docx",
            FileCode.LOADS_OTHERS,
        ),
        (
            related("frame", "//evil", " TargetMode='&#69;xternal'"),
            "a.docx",
            FileCode.LOADS_OTHERS,
        ),
        (
            document(more={"word/_rels/a.rels": "<!DOCTYPE x [<!ENTITY e 'External'>]><Relationships/>"}),
            "a.docx",
            FileCode.BROKEN,
        ),
        (document(), "a.docm", FileCode.EXTENSION_REFUSED),
        # Mails.
        (
            mail('Content-Type: application/octet-stream; name="a.exe"\r\n\r\nTVqQ\r\n'),
            "a.eml",
            FileCode.PROGRAM,
        ),
        (mail("Content-Type: application/zip\r\n\r\nPK\r\n"), "a.eml", FileCode.EMBEDS_OBJECTS),
    ],
)  # fmt: skip
def test_what_could_harm_is_refused(content: bytes, name: str, code: FileCode) -> None:
    assert refused(content, name) == code


def test_a_locked_zip_file_is_refused() -> None:
    whole = bytearray(zipped({"a.txt": b"secret"}))
    for at in (whole.index(b"PK\x03\x04") + 6, whole.index(b"PK\x01\x02") + 8):
        whole[at] |= 1
    assert refused(bytes(whole), "a.zip") == FileCode.ENCRYPTED


def test_a_link_in_a_zip_file_is_refused() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert refused(kept.getvalue(), "a.zip") == FileCode.PATHS


def test_a_zip_file_that_lies_about_its_sizes_is_stopped_all_the_same() -> None:
    whole = bytearray(zipped({"a.txt": b"\x00" * 60_000_000}))
    at = whole.index(b"PK\x01\x02") + 24
    whole[at : at + 4] = (10).to_bytes(4, "little")
    assert refused(bytes(whole), "a.zip") in {FileCode.BROKEN, FileCode.UNPACKS_TOO_LARGE}


def test_a_picture_of_an_article_is_a_picture() -> None:
    assert look(png(), "a.png", Purpose.HELP_PICTURE).content_type == "image/png"
    assert refused(gif(), "a.gif", Purpose.HELP_PICTURE) == FileCode.TYPE_REFUSED
    assert refused(pdf(), "a.pdf", Purpose.HELP_PICTURE) == FileCode.TYPE_REFUSED


@pytest.mark.parametrize(
    "start",
    [b"<!-- -->" * 500, b"<!--" * 1000, b"<!doctype a>" * 340, b" " * 4096, b"<?xml " * 700, b"<" * 4096],
)
def test_no_start_of_a_text_takes_long(start: bytes) -> None:
    began = time.process_time()
    look(start + b"text" * 100)
    assert time.process_time() - began < 1


STARTS = (
    b"", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"%PDF-", b"RIFF\x10\x00\x00\x00WEBP", b"\xff\xd8\xff",
)  # fmt: skip
ENDS = (b"", b"PK\x05\x06" + b"\x00" * 18, zipped({"a": b"b"}))


@given(content=st.binary(max_size=300), start=st.sampled_from(STARTS), end=st.sampled_from(ENDS))
def test_whatever_comes_is_taken_or_refused_with_a_reason(content: bytes, start: bytes, end: bytes) -> None:
    whole = start + content + end
    try:
        look(whole)
    except Unfit as unfit:
        refusal = unfit
        assert isinstance(refusal.code, FileCode)  # either answer is well


def test_a_machine_without_libmagic_says_so() -> None:
    """In a process of its own, because the library stays loaded in this one."""
    script = (
        "import ctypes.util, ctypes; ctypes.util.find_library = lambda name: None\n"
        "def gone(*a, **k): raise OSError('no library')\n"
        "ctypes.CDLL = gone; ctypes.cdll.LoadLibrary = gone\n"
        "from liaison.files.inspecting import libmagic\n"
        "print(libmagic.is_there())\n"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert answer.stdout.strip() == "False", answer.stderr
