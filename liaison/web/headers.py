"""Headers of answers, put together once for all answers that have the same."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from liaison.lib.remembered import remembered


def add_vary(response: HttpResponseBase, *names: str) -> None:
    """Say that the answer depends on these headers of the request too: Django's `patch_vary_headers`."""
    response.headers["Vary"] = _with(response.headers.get("Vary", ""), names)


@remembered(200)
def _with(said: str, names: tuple[str, ...]) -> str:
    answer = HttpResponse(headers={"Vary": said} if said else None)
    patch_vary_headers(answer, names)
    return answer.headers["Vary"]
