"""Walking the register: addresses with something that exists or does not, bodies that get past the door, masks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.test import Client

from liaison.accounts import actions as accounts
from liaison.accounts.models import ApiToken, Identity
from liaison.accounts.rights import AccountKind
from liaison.accounts.testing import TESTS, Cast, sign_in
from liaison.api.tests.house import secret_of
from liaison.calendars.actions import correct_holiday
from liaison.calendars.models import DayKind
from liaison.calendars.testing import make_layer, make_override, make_rota, make_swap
from liaison.cases.actions import share_case
from liaison.cases.lists.views import save_view
from liaison.cases.models import Attachment
from liaison.cases.testing import make_case
from liaison.contacts.testing import make_endpoint
from liaison.delegation.actions import ask_correction, set_manager
from liaison.delegation.models import AccessRequest
from liaison.delegation.testing import make_customer, make_delegate
from liaison.drills.models import Drill, TestMessage
from liaison.expectations.access import visible_expectations
from liaison.feeds.testing import make_feed
from liaison.files.testing import make_file, make_upload
from liaison.filing.actions import save_draft
from liaison.filing.sheet import Sheet
from liaison.filing.vocabulary import Step
from liaison.health.access import visible_escalations
from liaison.helpcentre.models import ArticleEntry, Feedback, Picture
from liaison.integrations.actions import create_brand
from liaison.integrations.models import Brand, Integration, Pause
from liaison.integrations.testing import environment_of, make_key
from liaison.ledger.access import visible_deliveries
from liaison.lib.clock import utc_now
from liaison.lib.ids import new_public_id
from liaison.mail.testing import make_mail
from liaison.notices.actions import raise_notice
from liaison.probes.testing import make_check, make_heartbeat
from liaison.signals.actions import SourceForm, add_source
from liaison.support.testing import make_interest
from tests.matrix.vocabulary import Route, Thing

NOBODY: Final = "nothing0000000"
# A thing that is addressed by its number: one that exists, and one that does not. Long, so that masks hit only them.
_SOME_NUMBER: Final = 9_000_000_001
_NO_NUMBER: Final = "9000000002"
_PARAMETER: Final = re.compile(r"<(?:\w+:)?(\w+)>")
_FIXED: Final = {
    "account": "elsewhere",
    "place": "everybody",
    "region": "IT",
    "year": "2026",
    "environment": "production",
    "language": "en",
    "role": "reader",
    "name": "worker",
    "heartbeat": "worker",
    "draft": NOBODY,
}
_MASKS: Final = (
    re.compile(r"urn:liaison:request:\w+"),
    re.compile(r'"X-CSRFToken": "[^"]*"'),
    re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"'),
    re.compile(r'nonce="[^"]*"'),
    re.compile(r'name="(?:showing|page)" value="[^"]*"'),  # each showing of a form has a name of its own
)
# The moment of the answer is in `Expires` where nothing may be kept.
_PASSING_HEADERS: Final = frozenset({"x-request-id", "content-length", "set-cookie", "expires"})

_NOTICE: Final = {"account": "bistro", "topic": "technical_notice", "title": "New", "text": "New", "language": "en"}

BODIES: Final[dict[str, dict[str, Any]]] = {
    "PUT me": {"name": "New", "language": "", "time_zone": "", "wants_sandbox_mail": False},
    "PUT me/language": {"language": "it"},
    "PUT me/mailbox": {"address": "new@new.test"},
    "PUT me/forwarding": {"address": "new@new.test"},
    "POST me/tokens": {"name": "New", "scopes": ["read"], "expires_at": "2026-12-01T00:00:00Z"},
    "POST accounts": {"kind": "partner", "name": "N", "slug": "n", "language": "en", "time_zone": "UTC"},
    "PUT accounts/<slug>": {"name": "New", "language": "en", "time_zone": "UTC"},
    "POST customers": {"name": "N", "slug": "n", "language": "en", "time_zone": "UTC", "record": {"company": "New"}},
    "PUT customers/<slug>/sales-record": {"company": "New"},
    "PUT customers/<slug>/manager": {"domain": "new.test"},
    "PUT customers/<slug>/access/<account>": {"level": "view"},
    "POST customers/<slug>/support-partners": {"partner": "elsewhere"},
    "POST customers/<slug>/access-requests": {"level": "view"},
    "PUT customers/<slug>/access-requests/<request_id>": {"level": None},
    "POST customers/<slug>/contact-links": {"account": "elsewhere"},
    "POST customers/<slug>/corrections": {"text": "New"},
    "POST accounts/<slug>/domains": {"name": "new.test"},
    "PUT accounts/<slug>/partner-manager": {"user": None},
    "PUT accounts/<slug>/support-tier": {"tier": "premium"},
    "POST accounts/<slug>/users": {"role": "reader", "name": "New", "username": "new"},
    "POST accounts/<slug>/invitations": {"address": "new@new.test"},
    "PUT users/<user_id>/role": {"role": "editor"},
    "PUT accounts/<slug>/environments/<environment>/contact-information": {"version": 1},
    "PUT accounts/<slug>/contact-information/confirmation": {"version": 1},
    "PUT accounts/<slug>/contact-information/draft": {"version": 1, "revision": 0},
    "POST accounts/<slug>/integrations": {"kind": "things_to_do"},
    "PUT integrations/<integration_id>/stage": {"stage": "launched"},
    "PUT integrations/<integration_id>/pause": {"until": None},
    "POST integrations/<integration_id>/pauses": {},
    "PUT pauses/<pause_id>": {"until": None},
    "POST integrations/<integration_id>/environments/<environment>/intake-keys": {"name": "New"},
    "POST feeds/runs": {"feed": "inventory", "run_id": "1", "started_at": "2026-11-20T00:00:00Z"},
    "PUT feeds/<feed_id>": {"expected_every": 60},
    "PUT integrations/<integration_id>/environments/<environment>/health-check": {"url": "https://127.0.0.1/"},
    "POST heartbeats/<name>": {},
    "PUT integrations/<integration_id>/environments/<environment>/heartbeats/<name>": {"expected_every": 60},
    "POST files/uploads": {"name": "new.txt", "size": 3},
    "POST layers/<layer_id>/overrides": {
        "person": "nothing0000000",
        "starts_at": "2026-12-01T08:00:00Z",
        "ends_at": "2026-12-01T09:00:00Z",
    },
    "POST resendings": {"since": "2026-11-20T00:00:00Z"},
    "POST accounts/<slug>/brands": {"name": "New", "slug": "new"},
    "PUT brands/<brand_id>/name": {"name": "New"},
    "POST accounts/<slug>/endpoints": {"person": "emergency@bistro.test", "name": "New", "url": "https://127.0.0.1/"},
    "PUT endpoints/<endpoint_id>/name": {"name": "New"},
    "PUT endpoints/<endpoint_id>/topics": {"only_emergencies": True},
    "PUT me/mail-choices": {"case_update": "nothing"},
    "POST accounts/<slug>/groups": {"address": "new@bistro.portal.test", "name": "New"},
    "PUT groups/<group_id>": {"name": "New"},
    "PUT accounts/<slug>/sharing-limits": {"domains": []},
    "POST cases": {
        "product": "other",
        "category": "question",
        "title": "New",
        "description": "New",
        "severity": "low",
    },
    "POST cases/<number>/updates": {"text": "New"},
    "POST cases/<number>/reopening": {"reason": "New"},
    "POST case-closings": {"numbers": [NOBODY], "reason": "solved"},
    "POST case-attachments/<attachment_id>/deletion": {"reason": "New"},
    "POST cases/<number>/notes": {"text": "New"},
    "POST cases/<number>/links": {"case": NOBODY},
    "POST cases/<number>/shares": {"address": "new@new.test", "right": "view"},
    "PUT case-shares/<share_id>": {"right": "comment"},
    "PUT me/quiet-hours": {"days": [1], "start": "22:00", "end": "07:00"},
    "POST accounts/<slug>/contact-information/verification-mails": {"address": "engineering@bistro.test"},
    "POST accounts/<slug>/contact-information/verification-codes": {
        "address": "engineering@bistro.test",
        "code": "000000",
    },
    "PUT accounts/<slug>/contact-information/digest": {"waits_for_hours": True},
    "PUT rules/<rule>/changes/<place>": {"parameters": {"threshold": 0.2}},
    "POST expectations/<expectation_id>/answers": {"answer": "seen"},
    "PUT expectations/<expectation_id>": {"expected": "fix", "due_at": "2026-12-24T12:00:00Z"},
    "POST incidents/<incident_id>/comments": {"text": "New"},
    "PUT incidents/<incident_id>/owner": {"owner": None},
    "PUT incidents/<incident_id>/note": {"text": "New"},
    "POST marks": {"title": "New"},
    "POST notices": _NOTICE,
    "POST notices/plan": _NOTICE,
    "PUT accounts/<slug>/contact-information/escalation": {"minutes": 5, "rounds": 3},
    "POST hand-overs": {"account": "elsewhere", "all_open": True},
    "POST accounts/<slug>/drills": {"field": "operator_contacts"},
    "PUT accounts/<slug>/drill-schedule": {"field": "operator_contacts", "minute": 600, "time_zone": "UTC"},
    "POST accounts/<slug>/test-messages": {"contact": "emergency@bistro.test"},
}
"""A body for each operation that takes one: valid, so that what is refused is refused for who asks."""

FORM: Final[dict[str, Any]] = {
    "name": "New",
    "text": "New",
    "slug": "new",
    "username": "new",
    "address": "new@new.test",
    "mailbox": "new@new.test",
    "role": "reader",
    "language": "it",
    "time_zone": "Europe/Rome",
    "stage": "integrating",
    "kind": "things_to_do",
    "environment": "production",
    "version": "1",
    "revision": "0",
    "right": "view",
    "days": "30",
    "reason": "New",
}
"""What is typed into every form, as far as it has such a field."""

QUERIES: Final[dict[str, dict[str, str]]] = {
    "DELETE accounts/<slug>/contact-information/draft": {"revision": "0"},
    "GET accounts/<slug>/plan": {"topic": "critical"},
    "DELETE cases/<number>/links": {"case": NOBODY},
    "POST files/uploads/<upload_id>/pieces": {"offset": "0"},
}


@dataclass(frozen=True)
class Place:
    """The cast, and something of the partner `bistro` for each thing that an address can name."""

    cast: Cast
    things: dict[Thing, str]


def things_of(cast: Cast, integration: Integration, incident: str) -> dict[Thing, str]:
    """Return the public names of what `bistro` has; some are made here by the verbs."""
    invitation = accounts.invite_user(
        actor=cast.owner, account=cast.partner, address="invited@bistro.test", now=utc_now()
    )
    secret_of(cast.owner)
    return {
        Thing.ACCOUNT: cast.partner.slug,
        Thing.USER: cast.reader.public_id,
        Thing.INVITATION: invitation.public_id,
        Thing.TOKEN: ApiToken.objects.filter(identity=cast.owner)[0].public_id,
        Thing.INTEGRATION: integration.public_id,
        Thing.PAUSE: _pause(integration),
        Thing.FEED: _signs_of_life(integration),
        Thing.KEY: make_key(integration).key.public_id,
        Thing.BRAND: _default_brand(cast).public_id,
        Thing.INCIDENT: incident,
        Thing.ESCALATION: _escalation(cast),
        Thing.ENDPOINT: make_endpoint(cast.partner, "address:emergency@bistro.test").public_id,
        Thing.DELIVERY: _delivery(cast),
        **_calendars(cast),
        Thing.INCOMING_MAIL: make_mail(utc_now()).public_id,
        Thing.DRILL: Drill.objects.create(
            account=cast.partner, field="technical_emergency_contacts", started_at=utc_now()
        ).public_id,
        Thing.TEST: TestMessage.objects.create(
            account=cast.partner, person_key="address:emergency@bistro.test", sent_at=utc_now()
        ).public_id,
        Thing.NOTICE: _notice(cast),
        Thing.SIGNAL_SOURCE: _signal_source(),
        Thing.EXPECTATION: _expectation(cast),
        Thing.UPLOAD: make_upload(cast.owner, utc_now()).public_id,
        Thing.RULE: "booking_errors",
        Thing.HELP_ARTICLE: "who-is-told",
        Thing.HELP_ANSWER: _help_answer(),
        Thing.HELP_PICTURE: _help_picture(cast),
        Thing.INTEREST: make_interest().public_id,
        Thing.CASE: make_case(cast.owner).number,
        Thing.ATTACHMENT: _attachment(cast).public_id,
        Thing.CASE_ATTACHMENT: _case_and_attachment(cast),
        Thing.SHARE: share_case(
            actor=cast.owner, case=make_case(cast.owner), address="guest@guest.test", right="view", now=utc_now()
        ).public_id,
        Thing.GROUP: accounts.create_group(
            actor=cast.owner, account=cast.partner, address="team@bistro.portal.test", name="Team", now=utc_now()
        ).public_id,
        Thing.CUSTOMER: make_customer("trattoria").slug,
        Thing.CORRECTION: _correction(),
        Thing.ACCESS_REQUEST: (asked := _access_request()),
        Thing.CUSTOMER_REQUEST: f"locanda/{asked}",
        Thing.CASE_VIEW: save_view(actor=cast.owner, name="Open", query="state=open", now=utc_now()).public_id,
        Thing.CASE_DRAFT: _case_draft(cast),
    }


def _access_request() -> str:
    """Return what a support partner asks a customer for."""
    partner, customer = make_delegate("helpers", AccountKind.SUPPORT_PARTNER), make_customer("locanda")
    asked = AccessRequest(customer=customer, account=partner.account, level="view", asked_at=utc_now())
    asked.save()
    return asked.public_id


def _correction() -> str:
    """Return what a reseller says is wrong in the sales record of its customer."""
    rita, customer = make_delegate(), make_customer("osteria", people=False)
    set_manager(actor=TESTS, customer=customer, domain=rita.domain, why="", now=utc_now())
    return ask_correction(actor=rita, customer=customer, text="It moved.", now=utc_now()).public_id


def _attachment(cast: Cast) -> Attachment:
    case = make_case(cast.owner, files=(make_file(cast.owner, utc_now()).public_id,))
    return case.attachments.get()


def _case_and_attachment(cast: Cast) -> str:
    attachment = _attachment(cast)
    return f"{attachment.case.number}/{attachment.public_id}"


def _case_draft(cast: Cast) -> str:
    """Return a draft of the owner's; others have none of this name."""
    return save_draft(
        actor=cast.owner,
        public_id=new_public_id(),
        account=cast.partner,
        sheet=Sheet(title="New"),
        step=Step.SUBJECT,
        version=0,
        saved_from="",
        now=utc_now(),
    ).public_id


def _help_answer() -> str:
    """Return what a reader said about an article."""
    said = Feedback.objects.create(
        pk=_SOME_NUMBER, article="who-is-told", language="en", is_helpful=False, created_at=utc_now()
    )
    return str(said.pk)


def _help_picture(cast: Cast) -> str:
    """Return a picture that staff added to an article."""
    entry = ArticleEntry.objects.create(slug="of-the-walk", is_own=True, created_at=utc_now())
    file = make_file(cast.owner, utc_now())
    return Picture.objects.create(article=entry, file=file, width=1, height=1, added_at=utc_now()).public_id


def _signal_source() -> str:
    form = SourceForm(name="Ours", url="http://prometheus.operator.test:9090", query="calls")
    return add_source(actor=TESTS, form=form, now=utc_now()).public_id


def _notice(cast: Cast) -> str:
    raised = raise_notice(
        actor=cast.agent,
        account=cast.partner,
        topic="merchant_issue",
        title="A merchant asks to leave",
        text="Please take it out.",
        language="en",
        now=utc_now(),
    )
    return raised.public_id


def _signs_of_life(integration: Integration) -> str:
    """Make a health check and a heartbeat, and return a feed."""
    now, production = utc_now(), environment_of(integration)
    make_check(production, now=now)
    make_heartbeat(production, now=now)
    return make_feed(production, now=now).public_id


def _pause(integration: Integration) -> str:
    """Return a pause of the integration that is planned, far from whatever the walk itself pauses."""
    start = utc_now() + timedelta(days=100)
    pause = Pause.objects.create(integration=integration, state="scheduled", starts_at=start, created_at=utc_now())
    return pause.public_id


def _expectation(cast: Cast) -> str:
    """Return what is expected about an incident of the account: an answer."""
    found = visible_expectations(cast.owner).filter(subject_kind="incident").first()
    return found.public_id if found else NOBODY


def _escalation(cast: Cast) -> str:
    """Return an escalation of the account; an emergency was taken in."""
    found = visible_escalations(cast.reader).first()
    return found.public_id if found else NOBODY


def _calendars(cast: Cast) -> dict[Thing, str]:
    """Make a rota of the operator with somebody who takes over and a question to swap, and a corrected holiday."""
    now = utc_now()
    rota = make_rota()
    layer = make_layer(rota, cast.agent, cast.engineer)
    return {
        Thing.ROTA: rota.public_id,
        Thing.LAYER: layer.public_id,
        Thing.OVERRIDE: make_override(layer, cast.agent, now, now + timedelta(hours=1), now).public_id,
        Thing.SWAP: make_swap(layer, cast.agent, now).public_id,
        Thing.HOLIDAY: correct_holiday(
            actor=TESTS, region="IT", day=now.date(), kind=DayKind.CLOSED, now=now
        ).public_id,
    }


def _delivery(cast: Cast) -> str:
    """Return a delivery that everybody of the account may read of; an alert was taken in."""
    found = visible_deliveries(cast.reader).first()
    return found.public_id if found else NOBODY


def _default_brand(cast: Cast) -> Brand:
    """Return the brand that the first complete record made, or make it."""
    found = Brand.objects.filter(account=cast.partner).first()
    return found or create_brand(actor=TESTS, account=cast.partner, name="Bistro", slug="bistro", now=utc_now())


def address(route: Route, named: str) -> str:
    """Return the path of the route with this name of its thing; of one in a case or of a customer, `number/name`."""
    within, _slash, name = named.rpartition("/")
    known = _FIXED | ({"number": within, "slug": within} if within else {})
    return "/" + _PARAMETER.sub(lambda found: known.get(found[1], name), route.path)


def nothing_for(route: Route) -> str:
    """Return a name that the address of the route takes, of a thing that does not exist."""
    return _NO_NUMBER if "<int:key>" in route.path else NOBODY


def ask(route: Route, path: str, secret: str = "") -> Any:
    """Call an operation of the API with a body that is valid."""
    key = route.key.replace("api/v1/", "")
    headers = {"Accept-Language": "en"} | ({"Authorization": f"Bearer {secret}"} if secret else {})
    body: dict[str, Any] = {}
    if key in BODIES:
        body = {"data": BODIES[key], "content_type": "application/json"}
    send = getattr(Client(), route.method.lower())
    return send(path, headers=headers, query_params=QUERIES.get(key), **body)


def open_page(path: str, identity: Identity | None = None, method: str = "get") -> HttpResponse:
    """Open a page in slot 0, or send a filled form to it."""
    client = sign_in(Client(), identity) if identity else Client()
    form = FORM if method == "post" else None
    answer: HttpResponse = getattr(client, method)(f"/u/0{path}", form, headers={"Accept-Language": "en"})
    return answer


def masked(answer: HttpResponse, asked: str) -> tuple[int, bytes, dict[str, str]]:
    """Return what must not differ between what is forbidden and what does not exist (invariant 6)."""
    text = _hidden(answer.content.decode(), asked)
    for mask in _MASKS:
        text = mask.sub("MASKED", text)
    request_id = answer.headers.get("X-Request-Id", "")
    if request_id:
        text = text.replace(request_id, "REQUEST")
    headers = {
        name: _hidden(value, asked) for name, value in answer.headers.items() if name.lower() not in _PASSING_HEADERS
    }
    return answer.status_code, text.encode(), headers


def _hidden(text: str, asked: str) -> str:
    for part in asked.split("/"):
        text = text.replace(part, "ASKED")
    return text
