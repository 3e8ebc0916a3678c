from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import translation

from liaison.accounts.models import Identity
from liaison.contacts.models import ContactEntry
from liaison.contacts.support import support_of
from liaison.contacts.testing import complete_record, hours_row
from liaison.integrations.models import Brand, Integration, Stage, Status
from liaison.lib.refusals import Missing

PAGE = "/brands/bistro/support"


@pytest.fixture
def launched(owner: Identity, now: datetime) -> Brand:
    """A brand whose account has launched an integration."""
    complete_record(owner, now, operator_contacts=[{"address": "secret-operator-contact@bistro.test"}])
    Integration.objects.update(stage=Stage.LAUNCHED, status=Status.LIVE, launched_at=now)
    return Brand.objects.get()


def test_it_shows_alias_and_hours_to_anybody_and_nothing_else_of_the_record(launched: Brand, client: Client) -> None:
    """C8, invariant 4: a consumer never sees an operator-only contact."""
    for path in (PAGE, f"{PAGE}.json"):
        response = client.get(path)
        content = response.content.decode()
        assert response.status_code == 200
        assert "help@bistro.test" in content
        addresses = set(ContactEntry.objects.exclude(field="shared_contact").values_list("address", flat=True))
        for hidden in (addresses - {""}) | {"Olga"}:
            assert hidden not in content
        assert "max-age=60" in response.headers["Cache-Control"]


def test_it_does_not_exist_before_the_first_launch(owner: Identity, now: datetime, client: Client) -> None:
    """W10: the same answer as for a brand that does not exist."""
    complete_record(owner, now)
    for ending in ("", ".json"):
        hidden = client.get(f"{PAGE}{ending}")
        missing = client.get(f"/brands/nobody/support{ending}")
        assert hidden.status_code == missing.status_code == 404


def test_another_brand_has_its_own_alias_or_that_of_the_default_brand(launched: Brand, now: datetime) -> None:
    cafe = Brand.objects.create(account=launched.account, slug="cafe", name="Café", created_at=now)
    assert support_of("cafe", now).address == "help@bistro.test"
    record = ContactEntry.objects.filter(field="shared_contact").get().record
    ContactEntry.objects.create(record=record, field="shared_contact", brand=cafe, position=1, address="c@cafe.test")
    assert support_of("cafe", now).address == "c@cafe.test"
    assert support_of("bistro", now).address == "help@bistro.test"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 5, 8, 59, tzinfo=UTC), "Open now, closes 18:00, Seoul"),
        (datetime(2026, 11, 5, 9, 0, tzinfo=UTC), "Closed now, opens Fri 09:00, Seoul"),
        (datetime(2026, 11, 4, 23, 0, tzinfo=UTC), "Closed now, opens 09:00, Seoul"),
        (datetime(2026, 11, 6, 9, 0, tzinfo=UTC), "Closed now, opens Mon 09:00, Seoul"),
    ],
)
def test_it_says_whether_it_is_open_now_and_when_that_changes(launched: Brand, moment: datetime, words: str) -> None:
    """C8: Mon to Fri, 9 to 18 in Seoul."""
    assert support_of("bistro", moment).now_in_words == words


def test_hours_all_week_are_always_open(launched: Brand, owner: Identity, now: datetime) -> None:
    complete_record(owner, now, support_hours=[hours_row(tuple(range(1, 8)), "00:00", "24:00")])
    assert support_of("bistro", now).now_in_words == "Open at all times"


def test_the_json_keeps_days_times_and_zones_apart(launched: Brand, owner: Identity, now: datetime) -> None:
    complete_record(owner, now, support_hours=[hours_row((5,), "22:00", "02:30", "Europe/Rome")])
    document = Client().get(f"{PAGE}.json").json()
    assert document["support_hours"] == [
        {"days": [5], "start": "22:00", "end": "02:30", "ends_next_day": True, "time_zone": "Europe/Rome"}
    ]
    assert set(document) == {"brand", "support_email", "open_now", "changes_at", "support_hours"}


def test_it_speaks_the_visitors_language(launched: Brand, client: Client) -> None:
    response = client.get(PAGE, headers={"Accept-Language": "it-IT,it;q=0.9"})
    assert response.headers["Content-Language"] == "it"
    assert "lun–ven 9:00–18:00, Seul" in response.content.decode()


def test_a_brand_without_any_alias_is_missing(launched: Brand, now: datetime) -> None:
    ContactEntry.objects.filter(field="shared_contact").delete()
    with translation.override("en"), pytest.raises(Missing):
        support_of("bistro", now)
