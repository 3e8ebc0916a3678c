"""Which door the thing leads through that an address names: asked when a form comes from another sign-in (W12).

The pages themselves ask the same doors. This table stands here, beside the addresses, because it needs every room.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from liaison.accounts import access as accounts
from liaison.accounts.models import Identity
from liaison.calendars import access as calendars
from liaison.cases import access as cases
from liaison.cases.lists.views import views_of
from liaison.cases.sharing import share_for
from liaison.contacts import access as contacts
from liaison.delegation import access as delegation
from liaison.delegation import choosing, recordaccess
from liaison.desk import access as desk
from liaison.detection import access as detection
from liaison.drills import access as drills
from liaison.expectations import access as expectations
from liaison.feeds import access as feeds
from liaison.files import access as files
from liaison.filing import access as filing
from liaison.health import access as health
from liaison.helpcentre import access as helpcentre
from liaison.integrations import access as integrations
from liaison.ledger import access as ledger
from liaison.lib.refusals import Forbidden, Missing
from liaison.mail import access as mail
from liaison.monitoring import access as monitoring
from liaison.notices import access as notices
from liaison.signals import access as signals
from liaison.support import access as support

Named = Mapping[str, Any]
Door = Callable[[Identity, Named, datetime], object]
_CONVERTER: Final = re.compile(r"<\w+:")


def sees(actor: Identity, route: str, named: Named, now: datetime) -> bool:
    """Say whether the actor may see what an address names. `route` is its pattern, `named` what it names.

    A page that names nothing is everybody's. Of an address that no door is known of, nobody sees anything.
    """
    pattern = _CONVERTER.sub("<", route)
    door = DOORS.get(max((known for known in DOORS if _is_below(pattern, known)), key=len, default=""))
    if door is None:
        return "<" not in pattern
    try:
        door(actor, named, now)
    except Missing:
        return False
    except Forbidden:  # which is said of what is seen
        return True
    return True


def _is_below(pattern: str, known: str) -> bool:
    return pattern == known or pattern.startswith((f"{known}/", f"{known}."))


def _by_id(find: Callable[[Identity, str], object], name: str = "public_id") -> Door:
    def door(actor: Identity, named: Named, now: datetime) -> object:
        return find(actor, str(named[name]))

    return door


def _case(actor: Identity, named: Named, now: datetime) -> object:
    return cases.case_for(actor, str(named["number"]), now)


def _attachment(actor: Identity, named: Named, now: datetime) -> object:
    return cases.attachment_for(actor, str(named["public_id"]), now)


def _share(actor: Identity, named: Named, now: datetime) -> object:
    return share_for(actor, str(named["public_id"]), now)


def _draft(actor: Identity, named: Named, now: datetime) -> object:
    """Ask for no draft of one's own: where an address names somebody else's, the page shows an empty form."""
    return filing.draft_for(actor, str(named.get("draft") or named.get("public_id")))


def _view(actor: Identity, named: Named, now: datetime) -> object:
    if named["public_id"] not in {view.public_id for view in views_of(actor)}:
        raise Missing
    return None


def _environment(actor: Identity, named: Named, now: datetime) -> object:
    return monitoring.environment_for(actor, str(named["public_id"]), str(named["environment"]))


def _holidays(actor: Identity, named: Named, now: datetime) -> object:
    calendars.require_staff(actor)
    return actor


def _article(actor: Identity, named: Named, now: datetime) -> object:
    helpcentre.require_writer(actor)
    return actor


def _answer(actor: Identity, named: Named, now: datetime) -> object:
    return helpcentre.feedback_for(actor, int(named["key"]))


def _bound_account(actor: Identity, named: Named, now: datetime) -> object:
    return delegation.bound_account_for(delegation.own_customer(actor), str(named["slug"]))


def _support_partner(actor: Identity, named: Named, now: datetime) -> object:
    """Ask for a support partner by its short name: every customer may choose among all of them (D11)."""
    delegation.own_customer(actor)
    return choosing.partner_for(str(named["slug"]))


def _access_request(actor: Identity, named: Named, now: datetime) -> object:
    return delegation.request_for(delegation.own_customer(actor), str(named["public_id"]))


def _published(actor: Identity, named: Named, now: datetime) -> object:
    """Articles of the help centre are everybody's."""
    return None


DOORS: Final[Mapping[str, Door]] = MappingProxyType(
    {
        "account/access/accounts/<slug>": _bound_account,
        "account/access/partners/<slug>": _support_partner,
        "account/access/requests/<public_id>": _access_request,
        "account/brands/<public_id>": _by_id(integrations.brand_for),
        "account/integrations/<public_id>": _by_id(integrations.integration_for),
        "account/integrations/<public_id>/signs-of-life/<environment>": _environment,
        "accounts/<slug>": _by_id(accounts.account_for, "slug"),
        "calendars/holidays/<region>": _holidays,
        "calendars/holidays/days/<public_id>": _by_id(calendars.correction_for),
        "calendars/layers/<public_id>": _by_id(calendars.layer_for),
        "calendars/overrides/<public_id>": _by_id(calendars.override_for),
        "calendars/rotas/<public_id>": _by_id(calendars.rota_for),
        "calendars/swaps/<public_id>": _by_id(calendars.swap_for),
        "cases/<number>": _case,
        "cases/<number>/attachments/<public_id>": _attachment,
        "cases/new/<draft>": _draft,
        "cases/new/<public_id>": _draft,
        "cases/shares/<public_id>": _share,
        "cases/views/<public_id>": _view,
        "customers/<slug>": _by_id(delegation.customer_for, "slug"),
        "deliveries/<public_id>": _by_id(ledger.delivery_for),
        "desk/accounts/<slug>": _by_id(desk.desk_account_for, "slug"),
        "desk/corrections/<public_id>": _by_id(recordaccess.correction_for),
        "desk/customers/<slug>": _by_id(recordaccess.record_for, "slug"),
        "desk/help-answers/<key>": _answer,
        "desk/help/<slug>": _article,
        "desk/help/pictures/<public_id>": _by_id(helpcentre.picture_for),
        "desk/interests/<public_id>": _by_id(support.interest_for),
        "drills/<public_id>": _by_id(drills.drill_for),
        "endpoints/<public_id>": _by_id(contacts.endpoint_for),
        "escalations/<public_id>": _by_id(health.escalation_for),
        "expectations/<public_id>": _by_id(expectations.expectation_for),
        "feeds/<feed_id>": _by_id(feeds.feed_for, "feed_id"),
        "files/uploads/<public_id>": _by_id(files.upload_for),
        "help/<slug>": _published,
        "incidents/<public_id>": _by_id(health.incident_for),
        "incoming-mail/<public_id>": _by_id(mail.incoming_mail_for),
        "intake-keys/<public_id>": _by_id(integrations.intake_key_for),
        "integrations/<public_id>": _by_id(integrations.integration_for),
        "integrations/<public_id>/monitoring/<environment>": _environment,
        "notices/<public_id>": _by_id(notices.notice_for),
        "pauses/<public_id>": _by_id(integrations.pause_for),
        "rules/<key>": _by_id(detection.rule_for, "key"),
        "settings/tokens/<public_id>": _by_id(accounts.token_for),
        "signals/sources/<public_id>": _by_id(signals.source_for),
        "test-messages/<public_id>": _by_id(drills.tested_for),
        "users/<public_id>": _by_id(accounts.identity_for),
        "users/groups/<public_id>": _by_id(accounts.group_for),
        "users/invitations/<public_id>": _by_id(accounts.invitation_for),
    }
)
