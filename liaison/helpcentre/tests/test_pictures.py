"""Pictures in articles: shipped ones and those that staff add (H1)."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from liaison.accounts.testing import Cast, sign_in
from liaison.files.models import StoredFile
from liaison.files.testing import png, use_folder
from liaison.helpcentre.comparing import compare
from liaison.helpcentre.measuring import size_of
from liaison.helpcentre.models import Picture
from liaison.helpcentre.rendering import PictureAt, Reading, html_of
from liaison.helpcentre.tests.test_writing import publish
from liaison.helpcentre.words import Words

ADD = "/u/0/desk/help/who-is-told/pictures"


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    use_folder(settings, tmp_path)


def test_an_article_shows_its_shipped_picture_in_the_language_of_the_reader(client: Client) -> None:
    page = client.get("/help/pause-an-integration", headers={"Accept-Language": "ko"}).content.decode()
    source, words = re.findall(r'<img class="help-picture" src="([^"]+)" alt="([^"]+)"', page)[0]
    assert ".ko." in source
    assert "일시중지" in words
    picture = client.get(source)
    assert picture.content.startswith(b"\x89PNG")
    assert "immutable" in picture["Cache-Control"]
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert picture["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.parametrize(
    "path",
    [
        "pause-an-integration/pause-timeline.ko.000000000000.png",
        "pause-an-integration/nothing.ko.000000000000.png",
        "../pages/ko.ko.000000000000.png",
        "pause-an-integration/pause-timeline.fr.000000000000.png",
        "0123456789abcd",
    ],
)
def test_other_addresses_show_nothing(client: Client, path: str) -> None:
    assert client.get(f"/help/pictures/{path}").status_code == 404


def test_a_picture_that_staff_add_is_shown_to_everybody_who_reads_the_article(client: Client, cast: Cast) -> None:
    sign_in(client, cast.agent).post(ADD, {"picture": SimpleUploadedFile("ours.png", png())})
    kept = Picture.objects.get()
    assert (kept.width, kept.height, kept.file.is_used) == (1, 1, True)
    assert f"![](picture:{kept.public_id})" in client.get("/u/0/desk/help/who-is-told").content.decode()
    publish(cast, Words("Title", "Lead.", f"## One\n\n![A dot](picture:{kept.public_id})"))
    page = Client().get("/help/who-is-told").content.decode()
    assert f'src="/help/pictures/{kept.public_id}" alt="A dot" loading="lazy" width="1" height="1"' in page
    assert f'<a class="help-picture-link" href="/help/pictures/{kept.public_id}"' in page
    answer = Client().get(f"/help/pictures/{kept.public_id}")
    assert answer.getvalue() == png()
    assert "immutable" in answer["Cache-Control"]


def test_a_picture_is_removed_after_a_question_once_no_text_shows_it(client: Client, cast: Cast) -> None:
    sign_in(client, cast.agent).post(ADD, {"picture": SimpleUploadedFile("ours.png", png())})
    picture = Picture.objects.get()
    address = f"/u/0/desk/help/pictures/{picture.public_id}/remove"
    publish(cast, Words("Title", "Lead.", f"## One\n\n![A dot](picture:{picture.public_id})"))
    assert "A text still shows this picture." in client.get(address).content.decode()
    assert "A text still shows this picture." in client.post(address, follow=True).content.decode()
    assert Picture.objects.exists()

    publish(cast, Words("Title", "Lead.", "## One\n\nWords."))
    assert "Remove this picture for ever?" in client.get(address).content.decode()
    assert "The picture is removed." in client.post(address, follow=True).content.decode()
    assert not Picture.objects.exists()
    assert StoredFile.objects.get(pk=picture.file_id).removed_at is not None
    assert Client().get(f"/help/pictures/{picture.public_id}").status_code == 404
    earlier = client.get("/u/0/desk/help/who-is-told/en/preview?version=1").content.decode()
    assert "A dot" in earlier
    assert client.post(address).status_code == 404


def test_only_writers_remove_pictures(client: Client, cast: Cast) -> None:
    sign_in(client, cast.agent).post(ADD, {"picture": SimpleUploadedFile("ours.png", png())})
    address = f"/u/0/desk/help/pictures/{Picture.objects.get().public_id}/remove"
    assert sign_in(Client(), cast.owner).post(address).status_code == 404
    assert sign_in(Client(), cast.engineer).post(address).status_code == 403
    assert Picture.objects.exists()


def test_a_picture_in_a_link_leads_where_the_link_leads() -> None:
    reading = Reading(in_slot=False, pictures={"dot": PictureAt("/dot.png")})
    html = html_of("[![A dot](picture:dot)](https://example.com) ![Alone](picture:dot)", reading)
    assert html.count("<a ") == 2
    assert html.count("help-picture-link") == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script>",
        b"GIF89a" + b"\x00" * 40,
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + struct.pack(">II", 100_000, 100_000) + b"\x00" * 40,
        png() + b"\x00" * (2 * 1024 * 1024),
    ],
)
def test_what_is_no_small_picture_is_refused(client: Client, cast: Cast, content: bytes) -> None:
    answer = sign_in(client, cast.agent).post(ADD, {"picture": SimpleUploadedFile("x.png", content)}, follow=True)
    assert answer.status_code == 200
    assert not Picture.objects.exists()


def test_only_writers_add_pictures(client: Client, cast: Cast) -> None:
    def sent() -> dict[str, SimpleUploadedFile]:
        return {"picture": SimpleUploadedFile("ours.png", png())}

    assert sign_in(client, cast.owner).post(ADD, sent()).status_code == 404
    assert sign_in(client, cast.engineer).post(ADD, sent()).status_code == 403
    assert sign_in(client, cast.agent).post(ADD.replace("who-is-told", "nowhere"), sent()).status_code == 404
    assert client.post(ADD, {}, follow=True).status_code == 200
    assert not Picture.objects.exists()


@given(st.binary(max_size=200), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF0000WEBPVP8X"]))
def test_measuring_breaks_on_nothing(content: bytes, beginning: bytes) -> None:
    found = size_of(beginning + content)
    assert found is None or min(found) > 0


def test_the_three_kinds_are_measured() -> None:
    assert size_of(png()) == (1, 1)
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 30, 40) + b"\x00" * 12
    assert size_of(jpeg) == (40, 30)
    extended = b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + b"\x1f\x00\x00\x0f\x00\x00"
    assert size_of(extended) == (32, 16)


@given(st.text("ab \n가中", max_size=60), st.text("ab \n가中", max_size=60))
def test_a_comparison_holds_both_texts(before: str, after: str) -> None:
    lines = compare(before, after)
    old = ["".join(text for change, text in line.pieces if change != "added") for line in lines
           if any(change != "added" for change, _text in line.pieces)]  # fmt: skip
    new = ["".join(text for change, text in line.pieces if change != "removed") for line in lines
           if any(change != "removed" for change, _text in line.pieces)]  # fmt: skip
    assert old == before.splitlines()
    assert new == after.splitlines()
