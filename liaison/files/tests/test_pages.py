"""What the uploader of a form and programs ask, over the whole middleware."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, StreamingHttpResponse
from django.test import Client, RequestFactory

from liaison.accounts.testing import Cast, sign_in
from liaison.api.tests.house import Caller
from liaison.files.actions import append_piece, finish_upload
from liaison.files.codes import FileCode
from liaison.files.forms import files_of
from liaison.files.handlers import BoundedUploadHandler
from liaison.files.limits import PIECE_BYTES
from liaison.files.models import StoredFile, Upload
from liaison.files.serving import file_response
from liaison.files.testing import make_file, make_upload, png
from liaison.files.tests.test_serving import cast_to_bytes
from liaison.files.vocabulary import Purpose
from liaison.web.pages import render_text

BEGIN = "/u/0/files/uploads/"
JSON = {"Accept": "application/json", "Accept-Language": "en"}


def client_of(cast: Cast) -> Client:
    return sign_in(Client(headers=JSON), cast.owner)


def announce(client: Client, name: str = "screen.png", size: int | str = 100, **more: str) -> Any:
    return client.post(BEGIN, {"name": name, "size": size, "purpose": "case", **more})


def send(client: Client, upload: str, data: bytes, offset: int | str = 0) -> Any:
    return client.post(f"{BEGIN}{upload}/piece/?offset={offset}", data=data, content_type="application/octet-stream")


def test_a_file_is_sent_in_pieces_and_goes_on_after_a_lost_answer(cast: Cast) -> None:
    client, picture = client_of(cast), png()
    begun = announce(client, size=len(picture))
    assert (begun.status_code, begun.json()["received"]) == (201, 0)
    upload = begun.json()["id"]
    assert send(client, upload, picture[:20]).json()["received"] == 20
    again = send(client, upload, picture[:20])
    assert (again.status_code, again.json()["code"], again.json()["facts"]) == (
        409, FileCode.OFFSET_DIFFERS, {"received": 20},
    )  # fmt: skip
    assert client.get(f"{BEGIN}{upload}/").json()["received"] == 20
    assert send(client, upload, picture[20:], 20).json()["received"] == len(picture)
    kept = client.post(f"{BEGIN}{upload}/finish/").json()
    assert (kept["name"], kept["size"]) == ("screen.png", len(picture))
    state = client.get(f"{BEGIN}{upload}/").json()
    assert (state["is_finished"], state["file"]["id"]) == (True, kept["id"])
    StoredFile.objects.update(is_used=True)
    assert client.get(f"{BEGIN}{upload}/").json()["file"] is None


def test_a_refusal_names_the_file_and_how_to_mend_it_in_the_readers_language(cast: Cast) -> None:
    client = client_of(cast)
    assert "“evil.exe” is text, let its name end in .txt" in announce(client, "evil.exe").json()["detail"]
    large = announce(client, size=10**12)
    assert (large.status_code, large.json()["code"]) == (422, FileCode.TOO_LARGE)
    upload = announce(client, "page.txt", size=6).json()["id"]
    send(client, upload, b"<html>")
    refused = client.post(f"{BEGIN}{upload}/finish/")
    assert (refused.status_code, refused.json()["code"]) == (422, FileCode.MARKUP)
    assert "“page.txt” is a web page" in refused.json()["detail"]
    assert client.get(f"{BEGIN}{upload}/").status_code == 404


@pytest.mark.parametrize("size", ["", "-1", "0", "1e3", "٣", "9" * 40, "\x00", "1\u2028"])
def test_a_size_that_is_none_is_refused(cast: Cast, size: str) -> None:
    assert announce(client_of(cast), size=size).status_code == 422


NAMES = (
    "", "\x00", "\u2028", "../../etc/passwd", "a" * 5000, "\u202egnp.exe\u202c.txt", "CON.txt", "\ud83d",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_whatever_the_name_it_is_kept_harmless(cast: Cast, name: str) -> None:
    body = f"name={name}&size=3&purpose=case".encode("utf-8", "surrogatepass")
    begun = client_of(cast).post(BEGIN, data=body, content_type="application/x-www-form-urlencoded")
    assert begun.status_code == 201
    kept = begun.json()["name"]
    assert 0 < len(kept) <= 120
    assert not set(kept) & set("/\\\x00\u2028\u202e\ud83d")


def test_a_piece_is_bounded_by_its_length_before_it_is_read(cast: Cast) -> None:
    client = client_of(cast)
    upload = announce(client, size=5 * PIECE_BYTES).json()["id"]
    large = send(client, upload, b"x" * (PIECE_BYTES + 1))
    assert (large.status_code, large.json()["code"]) == (413, FileCode.PIECE_TOO_LARGE)
    address = f"{BEGIN}{upload}/piece/?offset=0"
    for length in ("", "-5", "x", "9" * 50):
        odd = client.generic("POST", address, b"", "application/octet-stream", CONTENT_LENGTH=length)
        assert odd.status_code in {400, 413}
    assert Upload.objects.get().received == 0


def test_only_the_sender_sees_an_upload(cast: Cast, now: datetime) -> None:
    """Invariant 6: somebody else's answers as one that does not exist."""
    upload = make_upload(cast.owner, now).public_id
    for stranger in (cast.colleague, cast.outsider, cast.agent):
        client = sign_in(Client(headers=JSON), stranger)
        for one, other in ((upload, "nothing0000000"),):
            assert client.get(f"{BEGIN}{one}/").content == client.get(f"{BEGIN}{other}/").content
            for act in ("piece", "finish", "cancel"):
                answers = [client.post(f"{BEGIN}{name}/{act}/") for name in (one, other)]
                assert {answer.status_code for answer in answers} <= {400, 404}
                assert answers[0].content == answers[1].content


def test_who_is_signed_out_hears_so(cast: Cast) -> None:
    answer = announce(Client(headers=JSON))
    assert (answer.status_code, answer.json()) == (401, {"code": "signed_out"})


def test_another_site_sends_nothing(cast: Cast) -> None:
    client = sign_in(Client(headers=JSON, enforce_csrf_checks=True), cast.owner)
    assert announce(client).status_code == 403
    assert not Upload.objects.exists()


def test_a_cancelled_upload_is_forgotten(cast: Cast) -> None:
    client = client_of(cast)
    upload = announce(client).json()["id"]
    assert client.post(f"{BEGIN}{upload}/cancel/").status_code == 204
    assert client.get(f"{BEGIN}{upload}/").status_code == 404


def test_a_program_attaches_by_the_api(cast: Cast) -> None:
    caller, picture = Caller(cast.owner), png()
    begun = caller.post("/files/uploads", {"name": "screen.png", "size": len(picture)})
    assert begun.status_code == 201
    upload = begun.json()["id"]
    sent = caller.client.post(
        f"/api/v1/files/uploads/{upload}/pieces?offset=0",
        data=picture,
        content_type="application/octet-stream",
        headers={"Authorization": f"Bearer {caller.secret}"},
    )
    assert sent.json()["received"] == len(picture)
    kept = caller.post(f"/files/uploads/{upload}/finish").json()
    assert (kept["content_type"], kept["scan_state"]) == ("image/png", "not_scanned")
    assert caller.get(f"/files/uploads/{upload}").json()["file"]["id"] == kept["id"]
    other = caller.post("/files/uploads", {"name": "screen.png", "size": 5, "account": "elsewhere"})
    assert other.status_code == 404
    assert Caller(cast.outsider).get(f"/files/uploads/{upload}").status_code == 404


def form_with(cast: Cast, data: dict[str, Any]) -> HttpRequest:
    request = RequestFactory().post("/", data)
    request.user = cast.owner
    return request


def test_without_scripts_files_come_with_the_form(cast: Cast, now: datetime) -> None:
    kept = make_file(cast.owner, now, name="before.txt")
    others = make_file(cast.colleague, now)
    good, bad = SimpleUploadedFile("new.png", png()), SimpleUploadedFile("page.txt", b"<html>")
    request = form_with(cast, {"files": [kept.public_id, others.public_id, "\x00"], "files_sent": [good, bad]})
    sent = files_of(request, "files", cast.owner, cast.partner, Purpose.CASE, now)
    assert [file.name for file in sent.files] == ["before.txt", "new.png"]
    assert [problem.code for problem in sent.problems] == [FileCode.GONE, FileCode.GONE, FileCode.MARKUP]
    request.close()


def test_a_form_brings_at_most_one_largest_file_and_strangers_none(cast: Cast, settings: LazySettings) -> None:
    def offer(user: object, length: int) -> None:
        request = RequestFactory().post("/")
        request.user = user  # type: ignore[assignment]  # or nobody
        BoundedUploadHandler(request).handle_raw_input(io.BytesIO(), {}, length, b"x")

    offer(cast.owner, settings.FILES_LARGEST_BYTES)
    with pytest.raises(RequestDataTooBig):
        offer(cast.owner, settings.FILES_LARGEST_BYTES + 2 * 1024 * 1024)
    with pytest.raises(RequestDataTooBig):
        offer(None, 3 * 1024 * 1024)
    settings.FILES_MIN_FREE_BYTES = 10**18
    with pytest.raises(RequestDataTooBig):
        offer(cast.owner, 3 * 1024 * 1024)


def test_the_component_works_without_scripts_and_says_all_its_words(cast: Cast, now: datetime) -> None:
    file = make_file(cast.owner, now, name="<b>\"'.txt")
    body = render_text("files/uploader_alone.html", {"account": cast.partner, "files": [file]})
    assert f'type="checkbox" name="files" value="{file.public_id}" checked' in body
    assert 'type="file" id="files-sent" name="files_sent" multiple' in body
    assert "<b>" not in body
    assert 'data-words-cancel="Cancel “%(name)s”"' in body


def test_reading_how_far_an_upload_is_takes_few_queries(
    cast: Cast, now: datetime, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    client, upload = client_of(cast), make_upload(cast.owner, now)
    with django_assert_max_num_queries(4):
        answer = client.get(f"{BEGIN}{upload.public_id}/")
    assert json.loads(answer.content)["name"] == "note.txt"


class Flood(io.RawIOBase):
    """A body that goes on for ever, and counts what was read of it."""

    def __init__(self, start: bytes = b"") -> None:
        super().__init__()
        self.start = start
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block, self.start = self.start[: len(buffer)] or b"x" * len(buffer), b""
        buffer[: len(block)] = block
        self.taken += len(block)
        return len(block)


@pytest.mark.parametrize("path", ["/u/0/files/uploads/{}/piece/", "/api/v1/files/uploads/{}/pieces", "/u/0/settings/"])
@pytest.mark.parametrize("length", ["209715200", ""])
def test_nothing_is_read_of_200_megabytes(cast: Cast, now: datetime, path: str, length: str) -> None:
    """Neither memory nor disk fills, with an announced length and without one."""
    upload, caller = make_upload(cast.owner, now), Caller(cast.owner)
    flood = Flood(b'--b\r\nContent-Disposition: form-data; name="f_sent"; filename="a"\r\n\r\n')
    kind = "multipart/form-data; boundary=b" if "settings" in path else "application/octet-stream"
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path.format(upload.public_id),
        "QUERY_STRING": "offset=0",
        "CONTENT_LENGTH": length,
        "CONTENT_TYPE": kind,
        "wsgi.input": flood,
        "HTTP_AUTHORIZATION": f"Bearer {caller.secret}",
    }
    answer = client_of(cast).request(**environ)
    # Without a length a form is empty, and is shown again.
    assert answer.status_code in ({200, 400, 422} if "settings" in path else {400, 413})
    assert flood.taken == 0


def test_a_large_file_takes_little_memory(cast: Cast, now: datetime) -> None:
    """Announced, sent in pieces, joined, hashed, looked at and served: never more than a few pieces at once."""
    size = 24 * PIECE_BYTES
    upload, piece = make_upload(cast.owner, now, size=size), b"It stopped at noon.\n" * 52_428
    tracemalloc.start()
    while upload.received < size:
        rest = size - upload.received
        upload = append_piece(actor=cast.owner, upload=upload, offset=upload.received, data=piece[:rest], now=now)
    file = finish_upload(actor=cast.owner, upload=upload, now=now)
    response = file_response(RequestFactory().get("/"), file)
    assert isinstance(response, StreamingHttpResponse)
    served = sum(len(block) for block in cast_to_bytes(response.streaming_content))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    for close in response._resource_closers:  # type: ignore[attr-defined]  # a whole close would end the database's
        close()
    assert served == size
    assert peak < 8 * PIECE_BYTES
