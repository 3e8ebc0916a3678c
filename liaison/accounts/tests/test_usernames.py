"""User names are e-mail-shaped, unique, and never in somebody else's domain (`design.md`, "identity")."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from liaison.accounts import actions
from liaison.accounts.models import Domain
from liaison.accounts.rights import AccountKind
from liaison.accounts.testing import TESTS, Cast, make_account, make_identity
from liaison.accounts.usernames import domain_of, free_username, is_slug, is_username, system_domain, validate_username
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Invalid


@pytest.mark.parametrize("good", ["a@b", "anna.kim+x@acme.portal.test", "o'neil@acme.test", "1@2.3"])
def test_it_takes_what_looks_like_an_address(good: str) -> None:
    assert is_username(good)
    validate_username(good.upper())


@pytest.mark.parametrize(
    "bad",
    ["", "anna", "@acme.test", "anna@", "a b@c.test", "a@b@c.test", "a@b\n", "ä@b.test", "a@b..c\x00", "A@b.test"],
)
def test_it_refuses_the_rest(bad: str) -> None:
    assert not is_username(bad)


def test_allauth_gets_a_django_error() -> None:
    with pytest.raises(ValidationError):
        validate_username("no name")


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("portal.example.com", "acme.portal.example.com"),
        ("127.0.0.1", "acme.portal.test"),
        ("::1", "acme.portal.test"),
        ("localhost", "acme.portal.test"),
    ],
)
def test_an_account_is_born_with_a_domain_below_the_portal(settings: Settings, host: str, domain: str) -> None:
    settings.PORTAL_HOST = host
    assert system_domain("acme") == domain


def test_the_invited_address_is_the_user_name_when_it_is_free(cast: Cast) -> None:
    assert free_username("New@Example.test", cast.partner) == "new@example.test"


def test_a_taken_address_gives_its_local_part_and_then_a_number(cast: Cast) -> None:
    make_identity(cast.partner, name="Kim One", mailbox="")
    Domain.objects.create(account=cast.elsewhere, name="owned.test")
    assert free_username("kim@owned.test", cast.partner) == "kim2@bistro.portal.test"
    assert free_username("kim@owned.test", cast.elsewhere) == "kim@owned.test"
    assert free_username("'!#@owned.test", cast.partner) == "user@bistro.portal.test"


def test_an_identity_lives_in_the_domain_of_its_user_name_or_in_the_system_domain(cast: Cast) -> None:
    owned = Domain.objects.create(account=cast.partner, name="bistro.test")
    assert domain_of("a@bistro.test", cast.partner) == owned
    assert domain_of("a@gmail.test", cast.partner).is_system


@pytest.mark.parametrize("slug", ["acme", "a", "a-1", "0", "x" * 63])
def test_a_slug_is_one_label_of_a_host(slug: str) -> None:
    assert is_slug(slug)


@pytest.mark.parametrize("slug", ["", "-a", "a-", "A", "a.b", "a_b", "x" * 64, "ä", "a\n"])
def test_other_slugs_are_refused(slug: str) -> None:
    assert not is_slug(slug)


def test_an_account_has_a_root_unit_and_a_primary_system_domain(db: None) -> None:
    account = make_account("acme", AccountKind.CUSTOMER)
    assert account.org_units.get().parent is None
    domain = account.domains.get()
    assert (domain.name, domain.is_system, domain.is_primary) == ("acme.portal.test", True, True)


def test_a_taken_or_odd_slug_is_refused_with_everything_else_that_is_wrong(db: None) -> None:
    make_account("acme")
    for slug, code in (("acme", "slug_taken"), ("A B", "bad_slug")):
        with pytest.raises(Invalid) as refused:
            actions.create_account(
                actor=TESTS,
                kind=AccountKind.PARTNER,
                name="",
                slug=slug,
                language="xx",
                time_zone="",
                now=utc_now(),
            )
        problems = {problem.field: str(problem.code) for problem in refused.value.problems}
        assert problems == {
            "name": "name_needed",
            "slug": code,
            "language": "unknown_language",
            "time_zone": "unknown_zone",
        }
