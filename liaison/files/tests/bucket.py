"""A small double of the S3 wire, path style: whole objects, multipart uploads, listings. No signature is checked."""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape


class Bucket:
    """Listens on a free port; `objects` are what was put, by name."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.parts: dict[tuple[str, int], bytes] = {}
        outer = self

        class Handler(_Handler):
            bucket = outer

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    bucket: Bucket
    protocol_version = "HTTP/1.1"

    def log_message(self, *words: object) -> None:
        """Say nothing."""

    def do_PUT(self) -> None:
        query, body = self._query(), self._body()
        if "uploadId" in query:
            self.bucket.parts[self._name(), int(query["partNumber"])] = body
        else:
            self.bucket.objects[self._name()] = body
        self._answer(200, headers={"ETag": '"x"'})

    def do_POST(self) -> None:
        query, name = self._query(), self._name()
        self._body()
        if "uploads" in query:
            self._answer(
                200,
                f"<InitiateMultipartUploadResult><UploadId>{escape(name)}</UploadId></InitiateMultipartUploadResult>",
            )
            return
        parts = sorted(number for kept, number in self.bucket.parts if kept == name)
        self.bucket.objects[name] = b"".join(self.bucket.parts.pop((name, number)) for number in parts)
        self._answer(200, "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>")

    def do_HEAD(self) -> None:
        found = self.bucket.objects.get(self._name())
        if found is None:
            self._answer(404)
        else:
            dated = {"Last-Modified": "Thu, 01 Jan 1970 00:00:00 GMT", "ETag": '"x"'}
            self._answer(200, found, headers=dated)

    def do_GET(self) -> None:
        query = self._query()
        if "list-type" in query or "prefix" in query:
            self._answer(200, self._listing(query.get("prefix", ""), query.get("delimiter", "")))
            return
        found = self.bucket.objects.get(self._name())
        if found is None:
            self._answer(404, "<Error><Code>NoSuchKey</Code></Error>")
            return
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if asked:
            part = found[int(asked[1]) : int(asked[2]) + 1 if asked[2] else None]
            length = {"Content-Range": f"bytes {asked[1]}-{int(asked[1]) + len(part) - 1}/{len(found)}", "ETag": '"x"'}
            self._answer(206, part, headers=length)
        else:
            self._answer(200, found, headers={"ETag": '"x"'})

    def do_DELETE(self) -> None:
        self.bucket.objects.pop(self._name(), None)
        self._answer(204)

    def _listing(self, prefix: str, delimiter: str) -> str:
        folders, names = set(), []
        for name in sorted(self.bucket.objects):
            rest = name.removeprefix(prefix)
            if name.startswith(prefix) and delimiter and delimiter in rest:
                folders.add(prefix + rest.split(delimiter)[0] + delimiter)
            elif name.startswith(prefix):
                names.append(name)
        rows = "".join(f"<Contents><Key>{escape(name)}</Key><Size>1</Size></Contents>" for name in names)
        rows += "".join(f"<CommonPrefixes><Prefix>{escape(each)}</Prefix></CommonPrefixes>" for each in sorted(folders))
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>"

    def _name(self) -> str:
        return unquote(urlsplit(self.path).path).lstrip("/").partition("/")[2]

    def _query(self) -> dict[str, str]:
        found = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        return {name: values[-1] for name, values in found.items()}

    def _body(self) -> bytes:
        if "aws-chunked" not in self.headers.get("Content-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        whole = b""
        while length := int(self.rfile.readline().split(b";")[0], 16):
            whole += self.rfile.read(length)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return whole

    def _answer(self, status: int, body: bytes | str = b"", headers: dict[str, str] | None = None) -> None:
        raw = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(raw)
