"""Sign-in that ran out while somebody was typing: they come back to the form, and what they typed with them."""

from __future__ import annotations

from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from liaison.accounts.guards import View, signed_in
from liaison.accounts.slots import slot_of
from liaison.web.pages import redirect_to_address


def signed_in_for_a_form(view: View) -> View:
    """Do what `signed_in` does, and lead back to the form also from a post: its address shows it again.

    The token against forged forms lives in the session, so without one every post would look forged: who is signed
    out is led to sign-in, and nothing happens. For everybody else the token is asked for as ever.
    """
    guarded_by_all = signed_in(csrf_protect(view))

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not request.user.is_authenticated and slot_of(request) is not None:
            address = reverse("account_login") + "?" + urlencode({"next": request.get_full_path()})
            return redirect_to_address(request, address)
        return guarded_by_all(request, *args, **kwargs)

    return guarded  # type: ignore[return-value]  # it is called as the view is
