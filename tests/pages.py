"""Every page a person can open, as somebody of the house: for axe, the pseudo-language and the screenshots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from liaison.accounts.models import Group
from liaison.calendars.models import Layer, Override, Rota, Swap
from liaison.cases.letters.unsubscribing import token_of as case_mails_token_of
from liaison.cases.models import HandOver, Share
from liaison.contacts import requests
from liaison.contacts.models import ContactRequest
from liaison.contacts.vocabulary import Purpose
from liaison.delegation.contactlinks import token_of as contact_link_token_of
from liaison.delegation.models import AccessRequest, ContactLink
from liaison.delegation.vocabulary import LinkPurpose
from liaison.drills.models import Drill, TestMessage
from liaison.drills.testing import told_by
from liaison.expectations.links import token_of as expectation_token_of
from liaison.expectations.models import Expectation
from liaison.feeds.models import Feed
from liaison.filing.models import Draft
from liaison.health.models import Incident
from liaison.integrations.models import PauseState
from liaison.ledger.testing import deliveries_about
from liaison.mail.testing import some_mail
from liaison.notices.models import Notice
from liaison.notifications.escalation.tokens import token_of
from liaison.notifications.models import Delivery, Escalation
from liaison.support.links import token_of as interest_token_of
from liaison.support.models import Interest
from tests.house import House


@dataclass(frozen=True)
class Page:
    """A page by its name in file names, who opens it (a key of the cast, empty when signed out), and its path.

    The path stands behind the slot when somebody is signed in; `{…}` names something of the house.
    """

    name: str
    person: str
    path: str

    def address(self, house: House) -> str:
        path = self.path.format_map(_Named(house))
        return f"/u/0{path}" if self.person else path


class _Named(dict[str, object]):
    """What a path names, looked for when it does: each takes a query or two, and most paths name one thing."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self._house = house

    def __missing__(self, name: str) -> object:
        return _NAMES[name](self._house)


def _answered(drill: Drill) -> Drill:
    """Return the one that was answered, of the same account."""
    return Drill.objects.filter(account=drill.account_id, outcome="answered").latest("pk")


def _pause_of(house: House, state: PauseState) -> str:
    """Return the running or the planned pause of the partner that is paused."""
    return house.integrations["wisla"][0].pauses.get(state=state).public_id


def _token_of_contact(purpose: Purpose) -> str:
    return requests.token_of(purpose, ContactRequest.objects.get(mailbox="engineering@lanterna.test", closed_at=None))


def _contact_link(purpose: LinkPurpose) -> str:
    return contact_link_token_of(ContactLink.objects.get(purpose=purpose))


def _expectation_of(notice: Notice) -> Expectation:
    return Expectation.objects.get(subject_kind="notice", subject_id=str(notice.pk))


def _delivery_of(notice: Notice) -> Delivery:
    told = Delivery.objects.filter(announcement__subject_kind="notice", announcement__subject_id=str(notice.pk))
    return told.order_by("pk")[0]


def _escalation_of(incident: Incident) -> Escalation:
    return Escalation.objects.get(subject_kind="incident", subject_id=str(incident.pk))


def _token_of_test(test: TestMessage) -> str:
    return token_of(Delivery.objects.filter(announcement=test.announcement_id).order_by("pk")[0].public_id)


def _token_of(incident: Incident) -> str:
    called = deliveries_about(incident).filter(step__gt=0, message__isnull=False)
    return token_of(called.order_by("pk")[0].public_id)


_NAMES: dict[str, Callable[[House], object]] = {
    "incident": lambda house: house.incidents["emergency"].public_id,
    "taken": lambda house: house.incidents["taken"].public_id,
    "measured": lambda house: house.incidents["measured"].public_id,
    "escalation": lambda house: _escalation_of(house.incidents["emergency"]).public_id,
    "token": lambda house: _token_of(house.incidents["emergency"]),
    "used_token": lambda house: _token_of(house.incidents["taken"]),
    "mail": lambda _house: some_mail().public_id,
    "contact_token": lambda _house: _token_of_contact(Purpose.VERIFY),
    "decline_token": lambda _house: _token_of_contact(Purpose.DECLINE),
    "left_token": lambda _house: _token_of_contact(Purpose.LEFT),
    "delivery": lambda house: deliveries_about(house.incidents["emergency"])[0].public_id,
    "failed": lambda house: deliveries_about(house.incidents["alert"]).filter(state="failed")[0].public_id,
    "sandbox_incident": lambda house: house.incidents["sandbox"].public_id,
    "paused_incident": lambda house: house.incidents["paused"].public_id,
    "colleague": lambda house: house.people["sara"].public_id,
    "integration": lambda house: house.integrations["lanterna"][0].public_id,
    "paused_integration": lambda house: house.integrations["wisla"][0].public_id,
    "pause": lambda house: _pause_of(house, PauseState.RUNNING),
    "planned_pause": lambda house: _pause_of(house, PauseState.SCHEDULED),
    "endpoint": lambda house: house.endpoint.public_id,
    "feed": lambda _house: Feed.objects.get(name="availability").public_id,
    "drill": lambda house: house.drill.public_id,
    "drill_over": lambda house: (
        Drill.objects.filter(account=house.drill.account_id, outcome="answered").latest("pk").public_id
    ),
    "drill_token": lambda house: token_of(told_by(house.drill)[0].public_id),
    "test": lambda house: house.test.public_id,
    "test_token": lambda house: _token_of_test(house.test),
    "notice": lambda house: house.notice.public_id,
    "expectation": lambda house: _expectation_of(house.notice).public_id,
    "expectation_token": lambda house: expectation_token_of(_delivery_of(house.notice).public_id),
    "rota": lambda _house: Rota.objects.get(name="First line").public_id,
    "layer": lambda _house: Layer.objects.get(rota__name="First line", position=1).public_id,
    "office_layer": lambda _house: Layer.objects.get(rota__name="First line", position=2).public_id,
    "override": lambda _house: Override.objects.get(layer__rota__name="First line").public_id,
    "swap": lambda _house: Swap.objects.get(asker_layer__rota__name="First line").public_id,
    "case_draft": lambda house: Draft.objects.get(identity=house.people["luca"]).public_id,
    "of_notice": lambda house: _delivery_of(house.notice).public_id,
    "access_request": lambda _house: AccessRequest.objects.get(customer__slug="osteria-ugo").public_id,
    "contact_link": lambda _house: _contact_link(LinkPurpose.GRANTS),
    "hand_over_link": lambda _house: _contact_link(LinkPurpose.HAND_OVER),
    "customers_case": lambda _house: HandOver.objects.get(case__account__slug="osteria-ugo").case.number,
    "address_link": lambda _house: _contact_link(LinkPurpose.NEW_ADDRESS),
    "interest": lambda _house: Interest.objects.exclude(confirmed_at=None)[0].public_id,
    "interest_token": lambda _house: interest_token_of(Interest.objects.get(confirmed_at=None)),
    "open_case": lambda house: house.cases["open"].number,
    "share": lambda house: Share.objects.filter(case=house.cases["open"]).earliest("pk").public_id,
    "group": lambda _house: Group.objects.get(account__slug="lanterna").public_id,
    "case_mails": lambda house: case_mails_token_of(f"{house.people['luca'].public_id}/{house.cases['open'].number}"),
    "closed_case": lambda house: house.cases["closed"].number,
}

PAGES: tuple[Page, ...] = (
    Page("sign-in", "", "/u/0/signin/"),
    Page("reset-password", "", "/u/0/signin/password/reset/"),
    Page("missing", "", "/nowhere"),
    Page("file-case", "luca", "/cases/new"),
    Page("file-case-subject", "luca", "/cases/new/{case_draft}?step=subject"),
    Page("file-case-urgent", "luca", "/cases/new/0000000000urge?urgent=1&integration={integration}"),
    Page("file-case-about-an-incident", "luca", "/cases/new/0000000000inci?incident={incident}"),
    Page("file-case-description", "luca", "/cases/new/{case_draft}?step=description"),
    Page("file-case-severity", "luca", "/cases/new/{case_draft}?step=severity"),
    Page("file-case-review", "luca", "/cases/new/{case_draft}?step=review"),
    Page("file-case-discard", "luca", "/cases/new/{case_draft}/discard"),
    Page("file-case-for-whom", "rita", "/cases/new"),
    Page("file-case-for-whom-search", "hanna", "/cases/new?q=nobody"),
    Page("file-case-delegated", "hanna", "/cases/new/delegatedcase1?step=subject&customer=osteria-ugo"),
    Page("file-case-without-grant", "rita", "/cases/new/delegatedcase2?step=subject&customer=osteria-nuova"),
    Page("file-case-filed", "luca", "/cases/{open_case}/filed"),
    Page("file-case-of-a-reader", "emma", "/cases/new"),
    Page("file-case-of-an-agent", "agent", "/cases/new"),
    Page("brand-support", "", "/brands/la-lanterna/support"),
    Page("gate", "seoyun", "/contact-information/required"),
    Page("gate-of-a-reader", "emma", "/contact-information/required"),
    Page("gate-users", "junho", "/contact-information/required/?tab=users"),
    Page("cases", "luca", "/cases"),
    Page("cases-filtered", "luca", "/cases?status=new&status=closed&severity=3&sort=severity"),
    Page("cases-none-found", "luca", "/cases?q=zzzz"),
    Page("cases-none-yet", "seoyun", "/cases"),
    Page("cases-for-staff", "agent", "/cases"),
    Page("cases-of-customers", "rita", "/cases?sort=customer"),
    Page("cases-of-which-customer", "rita", "/cases/customers?customer=osteria"),
    Page("cases-views", "luca", "/cases/views"),
    Page("case", "luca", "/cases/{open_case}"),
    Page("case-for-staff", "agent", "/cases/{open_case}"),
    Page("case-people", "luca", "/cases/{open_case}/people"),
    Page("case-access", "luca", "/cases/{open_case}/access"),
    Page("case-share-change", "luca", "/cases/shares/{share}"),
    Page("case-share-end", "luca", "/cases/shares/{share}/end"),
    Page("case-mails", "", "/cases/mails/{case_mails}/"),
    Page("groups", "luca", "/users/groups/"),
    Page("group", "luca", "/users/groups/{group}/"),
    Page("group-create", "luca", "/users/groups/new/"),
    Page("group-delete", "luca", "/users/groups/{group}/delete/"),
    Page("settings-mail", "luca", "/settings/mail/"),
    Page("account-sharing", "luca", "/account/sharing/"),
    Page("case-closed", "luca", "/cases/{closed_case}"),
    Page("contact-information", "luca", "/contact-information"),
    Page("contact-information-sandbox", "luca", "/contact-information?environment=sandbox"),
    Page("reachability", "luca", "/contact-information/reachability/"),
    Page("reachability-for-staff", "agent", "/accounts/lanterna/contact-information/reachability/"),
    Page("verify-contact", "", "/contacts/verify/{contact_token}/"),
    Page("decline-contact", "", "/contacts/decline/{decline_token}/"),
    Page("leave-contact", "", "/contacts/left/{left_token}/"),
    Page("contact-link-over", "", "/contacts/verify/nothing/"),
    Page("contact-code", "", "/contacts/code/"),
    Page("rules", "agent", "/rules/"),
    Page("rule", "administrator", "/rules/checkout_errors/"),
    Page("rule-for-staff", "agent", "/rules/fast_burn/"),
    Page("reset-rule", "administrator", "/rules/booking_errors/reset/?place=everybody"),
    Page("rules-of-an-integration", "luca", "/integrations/{integration}/rules/"),
    Page("contact-history", "luca", "/contact-information/history"),
    Page("channels", "luca", "/contact-information/channels/"),
    Page("channels-for-staff", "agent", "/accounts/lanterna/contact-information/channels/"),
    Page("choose-channel", "luca", "/contact-information/channels/new/"),
    Page("add-endpoint", "luca", "/contact-information/channels/new/?channel=slack"),
    Page("endpoint-topics", "luca", "/endpoints/{endpoint}/topics/"),
    Page("rename-endpoint", "luca", "/endpoints/{endpoint}/name/"),
    Page("new-secret", "luca", "/endpoints/{endpoint}/secret/"),
    Page("remove-endpoint", "luca", "/endpoints/{endpoint}/remove/"),
    Page("escalation-settings", "luca", "/contact-information/escalation/"),
    Page("escalation-settings-for-staff", "agent", "/accounts/lanterna/contact-information/escalation/"),
    Page("drills", "luca", "/drills/"),
    Page("drills-for-staff", "administrator", "/accounts/lanterna/drills/"),
    Page("drill", "luca", "/drills/{drill}/"),
    Page("drill-over", "luca", "/drills/{drill_over}/"),
    Page("start-drill", "luca", "/drills/new/"),
    Page("drill-schedule", "luca", "/drills/schedule/"),
    Page("test-messages", "luca", "/test-messages/"),
    Page("test-message", "luca", "/test-messages/{test}/"),
    Page("drill-answer", "", "/drill-answers/{drill_token}/"),
    Page("test-arrival", "", "/test-arrivals/{test_token}/"),
    Page("home", "luca", "/"),
    Page("users", "luca", "/users/"),
    Page("users-of-a-reader", "emma", "/users/"),
    Page("user", "luca", "/users/{colleague}/"),
    Page("delete-user", "luca", "/users/{colleague}/delete/"),
    Page("digest", "luca", "/contact-information/digest/"),
    Page("digest-for-staff", "agent", "/accounts/lanterna/contact-information/digest/"),
    Page("account-settings", "luca", "/account/settings/"),
    Page("settings", "luca", "/settings/"),
    Page("settings-mailbox", "luca", "/settings/mailbox/"),
    Page("settings-forwarding", "luca", "/settings/forwarding/"),
    Page("settings-quiet-hours", "luca", "/settings/quiet-hours/"),
    Page("settings-tokens", "luca", "/settings/tokens/"),
    Page("monitoring", "luca", "/monitoring/"),
    Page("monitoring-for-staff", "agent", "/accounts/lanterna/monitoring/"),
    Page("monitoring-environment", "luca", "/integrations/{integration}/monitoring/production/?range=6h"),
    Page("monitoring-silent", "luca", "/integrations/{integration}/monitoring/sandbox/?range=own&from=nothing"),
    Page("monitoring-overview", "agent", "/monitoring/overview/"),
    Page("monitoring-setup", "luca", "/account/integrations/{integration}/signs-of-life/"),
    Page("monitoring-setup-empty", "luca", "/account/integrations/{integration}/signs-of-life/sandbox/"),
    Page("monitoring-setup-for-staff", "agent", "/account/integrations/{integration}/signs-of-life/production/"),
    Page("heartbeat-change", "luca", "/account/integrations/{integration}/signs-of-life/production/heartbeats/worker/"),
    Page(
        "heartbeat-remove",
        "luca",
        "/account/integrations/{integration}/signs-of-life/production/heartbeats/worker/remove/",
    ),
    Page("health-check-remove", "luca", "/account/integrations/{integration}/signs-of-life/production/remove/"),
    Page("feed-change", "luca", "/feeds/{feed}/"),
    Page("monitoring-overview-nothing-fits", "manager", "/monitoring/overview/?q=nobody&environment=all"),
    Page("home-of-staff", "agent", "/"),
    Page("incidents", "luca", "/incidents"),
    Page("incidents-empty", "junho", "/incidents"),
    Page("incident", "luca", "/incidents/{incident}"),
    Page("incident-sandbox", "luca", "/incidents/{sandbox_incident}"),
    Page("incident-paused", "tomasz", "/incidents/{paused_incident}"),
    Page("incident-taken", "luca", "/incidents/{taken}"),
    Page("incident-measured", "agent", "/incidents/{measured}"),
    Page("escalation", "engineer", "/escalations/{escalation}/"),
    Page("acknowledge", "", "/acknowledge/{token}/"),
    Page("acknowledge-taken", "", "/acknowledge/{used_token}/"),
    Page("who-would-be-told", "luca", "/who-would-be-told"),
    Page(
        "who-would-be-told-later",
        "luca",
        "/who-would-be-told?topic=user_escalation&environment=production&at=2026-11-07T01:00&zone=UTC"
        "&integration={integration}",
    ),
    Page("integrations", "luca", "/account/integrations/"),
    Page("integrations-paused", "tomasz", "/account/integrations/"),
    Page("pauses", "luca", "/integrations/{integration}/pause/"),
    Page("pauses-paused", "tomasz", "/integrations/{paused_integration}/pause/"),
    Page("change-pause", "tomasz", "/pauses/{pause}/change/"),
    Page("cancel-pause", "tomasz", "/pauses/{planned_pause}/cancel/"),
    Page("disable-integration", "administrator", "/integrations/{integration}/disable/"),
    Page("intake-keys", "luca", "/integrations/{integration}/keys/"),
    Page("brands", "luca", "/account/brands/"),
    Page("create-user", "luca", "/users/new/"),
    Page("suspend-user", "luca", "/users/{colleague}/suspend/"),
    Page("sign-out", "luca", "/signout/"),
    Page("integrations-for-staff", "administrator", "/accounts/lanterna/integrations/"),
    Page("contact-information-for-staff", "agent", "/accounts/lanterna/contact-information/"),
    Page("api-docs", "", "/api/v1/docs"),
    Page("help", "", "/help"),
    Page("help-search", "", "/help?q=alertmanager"),
    Page("help-article", "", "/help/connect-alertmanager"),
    Page("help-article-with-a-picture", "", "/help/pause-an-integration"),
    Page("contact-support", "", "/contact-support"),
    Page("support", "", "/support"),
    Page("support-launched-signed-out", "", "/support?situation=launched"),
    Page("support-launched", "luca", "/support?situation=launched&q=alertmanager"),
    Page("support-of-a-reader", "emma", "/support?situation=launched"),
    Page("support-integrating", "junho", "/support?situation=integrating"),
    Page("support-interested", "luca", "/support?situation=interested"),
    Page("support-at-the-gate", "seoyun", "/support"),
    Page("interest-sent", "", "/support/interest/sent"),
    Page("interest-confirm", "", "/support/interest/{interest_token}/"),
    Page("own-access", "ugo", "/account/access"),
    Page("own-access-of-a-reader", "rosa", "/account/access"),
    Page("own-access-history", "ugo", "/account/access/history"),
    Page("own-access-grant", "ugo", "/account/access/accounts/cielo/grant"),
    Page("own-access-revoke", "ugo", "/account/access/accounts/cielo/revoke"),
    Page("own-access-decline", "ugo", "/account/access/requests/{access_request}/decline"),
    Page("own-access-partners", "ugo", "/account/access/partners?q=o"),
    Page("own-access-partners-found", "ugo", "/account/access/partners?q=so"),
    Page("own-access-begin", "ugo", "/account/access/partners/soccorso/begin"),
    Page("own-access-end", "ugo", "/account/access/partners/aiuto/end"),
    Page("hand-over", "ugo", "/cases/hand-over?account=cielo"),
    Page("case-of-a-customer", "ugo", "/cases/{customers_case}"),
    Page("case-of-a-customer-access", "ugo", "/cases/{customers_case}/access"),
    Page("contact-link-hand-over", "", "/contact-links/hand-over/{hand_over_link}/"),
    Page("contact-link-access", "", "/contact-links/access/{contact_link}/"),
    Page("contact-link-address", "", "/contact-links/address/{address_link}/"),
    Page("contact-link-access-over", "", "/contact-links/access/over/"),
    Page("desk-interests", "manager", "/desk/interests"),
    Page("desk-interest", "manager", "/desk/interests/{interest}"),
    Page("desk-interest-accept", "manager", "/desk/interests/{interest}/accept"),
    Page("desk-interest-decline", "manager", "/desk/interests/{interest}/decline"),
    Page("help-signed-in", "luca", "/help"),
    Page("help-article-signed-in", "luca", "/help/contact-information"),
    Page("contact-support-at-the-gate", "seoyun", "/contact-support"),
    Page("deliveries", "luca", "/deliveries/"),
    Page("deliveries-of-an-incident", "luca", "/deliveries/?incident={incident}"),
    Page("deliveries-nothing-fits", "luca", "/deliveries/?who=nobody"),
    Page("deliveries-empty", "junho", "/deliveries/"),
    Page("delivery", "luca", "/deliveries/{delivery}/"),
    Page("deliveries-for-staff", "engineer", "/deliveries/"),
    Page("delivery-that-failed", "agent", "/deliveries/{failed}/"),
    Page("send-again", "agent", "/deliveries/{failed}/again"),
    Page("incoming-mail", "agent", "/incoming-mail/"),
    Page("incoming-mail-nothing-fits", "agent", "/incoming-mail/?show=delivered"),
    Page("one-incoming-mail", "agent", "/incoming-mail/{mail}/"),
    Page("desk-deliveries", "agent", "/desk/deliveries"),
    Page("desk-deliveries-late", "manager", "/desk/deliveries?tab=late"),
    Page("desk-deliveries-nobody", "administrator", "/desk/deliveries?tab=nobody"),
    Page("desk-send-failed-again", "agent", "/desk/deliveries/again"),
    Page("expected-of-you", "luca", "/expectations/"),
    Page("expected-of-you-empty", "junho", "/expectations/"),
    Page("expected-of-partners", "agent", "/expectations/"),
    Page("expected-overdue", "agent", "/expectations/?state=overdue"),
    Page("expectation", "luca", "/expectations/{expectation}/"),
    Page("expectation-for-staff", "agent", "/expectations/{expectation}/"),
    Page("change-expectation", "agent", "/expectations/{expectation}/change/"),
    Page("close-expectation", "agent", "/expectations/{expectation}/close/"),
    Page("answer-by-link", "", "/expected/{expectation_token}/"),
    Page("notices", "luca", "/notices/"),
    Page("notices-empty", "junho", "/notices/"),
    Page("notices-for-staff", "agent", "/notices/"),
    Page("notice", "luca", "/notices/{notice}/"),
    Page("notice-for-staff", "agent", "/notices/{notice}/"),
    Page("delivery-of-a-notice", "luca", "/deliveries/{of_notice}/"),
    Page("write-notice", "agent", "/accounts/lanterna/notices/new/"),
    Page("withdraw-notice", "agent", "/notices/{notice}/withdraw/"),
    Page("customers", "rita", "/customers"),
    Page("customers-none-found", "rita", "/customers?q=nobody"),
    Page("customer", "rita", "/customers/osteria-ugo"),
    Page("customer-without-access", "rita", "/customers/osteria-nuova"),
    Page("customer-correction", "rita", "/customers/osteria-nuova/correction"),
    Page("desk-customers", "administrator", "/desk/customers"),
    Page("desk-customer-new", "administrator", "/desk/new-customer"),
    Page("desk-customer", "administrator", "/desk/customers/osteria-ugo"),
    Page("desk-customer-history", "administrator", "/desk/customers/osteria-ugo/history"),
    Page("desk-customer-record", "administrator", "/desk/customers/osteria-ugo/record"),
    Page("desk-customer-address", "administrator", "/desk/customers/osteria-ugo/record/address"),
    Page("desk-customer-manager", "administrator", "/desk/customers/osteria-ugo/manager"),
    Page("desk-customer-end", "administrator", "/desk/customers/osteria-ugo/manager/end"),
    Page("desk-domains", "administrator", "/desk/accounts/cielo/domains"),
    Page("desk", "administrator", "/desk"),
    Page("desk-of-a-partner-manager", "manager", "/desk"),
    Page("desk-account", "administrator", "/accounts/lanterna"),
    Page("desk-account-on-call", "engineer", "/accounts/lanterna"),
    Page("desk-history", "administrator", "/accounts/lanterna/history"),
    Page("desk-open-account", "administrator", "/desk/accounts/new"),
    Page("desk-help-answers", "agent", "/desk/help-answers"),
    Page("desk-help-articles", "agent", "/desk/help"),
    Page("desk-help-article", "agent", "/desk/help/pause-an-integration"),
    Page("desk-help-hide", "agent", "/desk/help/pause-an-integration/hide"),
    Page("desk-help-new", "agent", "/desk/help/new"),
    Page("desk-help-write", "agent", "/desk/help/pause-an-integration/ko"),
    Page("desk-help-preview", "agent", "/desk/help/pause-an-integration/pl/preview"),
    Page("desk-help-versions", "agent", "/desk/help/pause-an-integration/en/versions"),
    Page("rotas", "administrator", "/calendars/rotas/"),
    Page("rota", "administrator", "/calendars/rotas/{rota}/"),
    Page("rota-new", "administrator", "/calendars/rotas/new/"),
    Page("rota-delete", "administrator", "/calendars/rotas/{rota}/delete/"),
    Page("rota-layer", "administrator", "/calendars/layers/{office_layer}/"),
    Page("rota-override", "administrator", "/calendars/layers/{layer}/overrides/new/"),
    Page("rota-take-over", "engineer", "/calendars/layers/{layer}/take-over/"),
    Page("rota-override-end", "administrator", "/calendars/overrides/{override}/remove/"),
    Page("rota-swap-ask", "agent", "/calendars/rotas/{rota}/swap/"),
    Page("rota-swap", "administrator", "/calendars/swaps/{swap}/"),
    Page("signal-sources", "administrator", "/signals/sources/"),
    Page("signal-source-new", "administrator", "/signals/sources/new/"),
    Page("rota-holidays", "administrator", "/calendars/holidays/?region=IT"),
    Page("rota-holiday-correct", "administrator", "/calendars/holidays/IT/days/new/"),
    Page("rota-holiday-import", "administrator", "/calendars/holidays/IT/import/"),
)
