"""One heartbeat or one feed of an environment: how often it is expected, and whether anybody is told."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from liaison.accounts.guards import identity_of, signed_in
from liaison.feeds import actions as feeds
from liaison.feeds.access import feed_for
from liaison.integrations.pages.shared import mark
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Invalid
from liaison.monitoring.pages.setup import words_of_place
from liaison.monitoring.pages.shared import setup_address
from liaison.monitoring.setup_forms import FeedForm, HeartbeatForm, typed
from liaison.probes import actions as probes
from liaison.probes.access import heartbeat_for, require_manage
from liaison.web.pages import redirect_to_address, render_page


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def change_heartbeat(request: HttpRequest, public_id: str, environment: str, heartbeat: str) -> HttpResponse:
    reader = identity_of(request)
    beat = heartbeat_for(reader, public_id, environment, heartbeat)
    require_manage(reader, beat.environment.integration.account)
    initial = typed(timedelta(seconds=beat.expected_every), HeartbeatForm.units) | {"is_watched": beat.is_watched}
    form = HeartbeatForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        every, is_watched = int(form.interval.total_seconds()), form.cleaned_data["is_watched"]
        try:
            probes.change_heartbeat(
                actor=reader, heartbeat=beat, expected_every=every, is_watched=is_watched, now=utc_now()
            )
        except Invalid as invalid:
            mark(form, invalid)
        else:
            messages.success(request, _("The heartbeat was changed."))
            return redirect_to_address(request, setup_address(beat.environment))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"what": "heartbeat", "name": beat.name, "form": form, **words_of_place(reader, beat.environment)}
    return render_page(request, "monitoring/setup_part.html", context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def remove_heartbeat(request: HttpRequest, public_id: str, environment: str, heartbeat: str) -> HttpResponse:
    """Ask first: a program that goes on sending it makes it anew."""
    reader = identity_of(request)
    beat = heartbeat_for(reader, public_id, environment, heartbeat)
    require_manage(reader, beat.environment.integration.account)
    back = setup_address(beat.environment)
    if request.method == "POST":
        probes.remove_heartbeat(actor=reader, heartbeat=beat, now=utc_now())
        messages.success(request, _("The heartbeat was removed."))
        return redirect_to_address(request, back)
    context = {"what": "heartbeat", "name": beat.name, "back": back, **words_of_place(reader, beat.environment)}
    return render_page(request, "monitoring/setup_remove.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def change_feed(request: HttpRequest, feed_id: str) -> HttpResponse:
    reader = identity_of(request)
    feed = feed_for(reader, feed_id)
    require_manage(reader, feed.environment.integration.account)
    initial = typed(timedelta(minutes=feed.expected_every), FeedForm.units) | {"is_watched": feed.is_watched}
    form = FeedForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        every, is_watched = int(form.interval.total_seconds() // 60), form.cleaned_data["is_watched"]
        try:
            feeds.change_feed(actor=reader, feed=feed, expected_every=every, is_watched=is_watched, now=utc_now())
        except Invalid as invalid:
            mark(form, invalid)
        else:
            messages.success(request, _("The feed was changed."))
            return redirect_to_address(request, setup_address(feed.environment))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"what": "feed", "name": feed.name, "form": form, **words_of_place(reader, feed.environment)}
    return render_page(request, "monitoring/setup_part.html", context, status=status)
