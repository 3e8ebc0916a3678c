from __future__ import annotations

import pytest

from liaison.accounts.testing import Cast, make_cast
from liaison.integrations import actions
from liaison.integrations.access import brand_for, brand_rows_for
from liaison.integrations.models import Brand
from liaison.integrations.vocabulary import IntegrationCode
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def _create(cast: Cast, slug: str = "trattoria", name: str = "Trattoria") -> Brand:
    return actions.create_brand(actor=cast.colleague, account=cast.partner, name=name, slug=slug, now=utc_now())


def test_the_first_brand_is_the_default_one(cast: Cast) -> None:
    first, second = _create(cast), _create(cast, "osteria", "Osteria")
    assert (first.is_default, second.is_default) == (True, False)
    assert list(brand_rows_for(cast.reader, cast.partner)) == [first, second]


def test_the_default_brand_cannot_be_deleted(cast: Cast) -> None:
    brand = _create(cast)
    with pytest.raises(Conflict) as refused:
        actions.delete_brand(actor=cast.owner, brand=brand, now=utc_now())
    assert refused.value.code == IntegrationCode.DEFAULT_BRAND_STAYS


def test_another_brand_is_deleted(cast: Cast) -> None:
    _create(cast)
    actions.delete_brand(actor=cast.owner, brand=_create(cast, "osteria"), now=utc_now())
    assert Brand.objects.get().slug == "trattoria"


def test_its_address_is_unique_in_the_installation(cast: Cast) -> None:
    _create(cast)
    with pytest.raises(Invalid) as refused:
        actions.create_brand(
            actor=cast.outsider, account=cast.elsewhere, name="Other", slug="Trattoria ", now=utc_now()
        )
    assert refused.value.problems[0].code == IntegrationCode.SLUG_TAKEN


@pytest.mark.parametrize("slug", ["", "-", "a b", "a/b", "ż", "a" * 64, "a\n"[::-1], "../x"])
def test_it_refuses_an_address_that_is_none(cast: Cast, slug: str) -> None:
    if slug.strip().isascii() and slug.strip().isalnum() and len(slug.strip()) < 64:
        assert _create(cast, slug).slug == slug.strip()  # only blanks around it
        return
    with pytest.raises(Invalid) as refused:
        _create(cast, slug)
    assert refused.value.problems[0].code == IntegrationCode.SLUG_UNUSABLE


def test_it_is_renamed_in_any_script(cast: Cast) -> None:
    renamed = actions.rename_brand(actor=cast.colleague, brand=_create(cast), name=" 맛집 ", now=utc_now())
    assert renamed.name == "맛집"


def test_readers_change_nothing_and_others_see_nothing(cast: Cast) -> None:
    brand = _create(cast)
    with pytest.raises(Forbidden):
        actions.rename_brand(actor=cast.reader, brand=brand, name="x", now=utc_now())
    with pytest.raises(Missing):
        brand_for(cast.outsider, brand.public_id)
    with pytest.raises(Missing):
        actions.delete_brand(actor=cast.outsider, brand=brand, now=utc_now())
