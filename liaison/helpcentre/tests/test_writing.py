"""Writing, reviewing and publishing articles on top of those that come with the product (H1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now as utc

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast
from liaison.audit.models import Event
from liaison.helpcentre import actions
from liaison.helpcentre.access import may_publish, newest_version
from liaison.helpcentre.actions.writing import NOTHING_YET
from liaison.helpcentre.library import article, articles
from liaison.helpcentre.models import Version
from liaison.helpcentre.search import search
from liaison.helpcentre.shipped import shipped
from liaison.helpcentre.vocabulary import HelpCode, VersionState
from liaison.helpcentre.words import Words
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing

SLUG = "who-is-told"
WORDS = Words("Zebras and you", "What zebras mean.", "## Stripes\n\nThey have **stripes**.", ("giraffe",), "First try.")


def write(actor: Identity, words: Words = WORDS, *, slug: str = SLUG, language: str = "en") -> Version:
    newest = newest_version(actor, slug, language)
    expected = newest.stamp if newest else NOTHING_YET
    return actions.save_draft(actor=actor, slug=slug, language=language, words=words, expected=expected, now=utc())


def publish(cast: Cast, words: Words = WORDS, *, slug: str = SLUG, language: str = "en") -> Version:
    """Ada writes, Basia publishes."""
    asked = actions.ask_for_review(
        actor=cast.agent, version=write(cast.agent, words, slug=slug, language=language), now=utc()
    )
    return actions.publish_version(actor=cast.administrator, version=asked, now=utc())


def titles(language: str = "en") -> list[str]:
    return [one.text(language).title for one in articles().values()]


def test_readers_see_the_shipped_text_until_another_is_published_and_again_after_it_is_taken_back(cast: Cast) -> None:
    draft = write(cast.agent)
    assert "Zebras and you" not in titles()
    asked = actions.ask_for_review(actor=cast.agent, version=draft, now=utc())
    assert "Zebras and you" not in titles()
    actions.publish_version(actor=cast.administrator, version=asked, now=utc())
    found = article(SLUG)
    assert found is not None
    assert found.text("en").title == "Zebras and you"
    assert found.text("ko") == shipped()[SLUG].text("ko")
    assert [hit.slug for hit in search("stripes", "en")] == [SLUG]
    assert [hit.slug for hit in search("giraffe", "en")] == [SLUG]
    actions.withdraw_article(actor=cast.agent, slug=SLUG, language="en", now=utc())
    assert article(SLUG) == shipped()[SLUG]
    assert search("stripes", "en") == ()
    assert SLUG in [hit.slug for hit in search("escalated", "en")]


def test_each_step_stands_in_the_history_with_ids_and_no_words(cast: Cast) -> None:
    publish(cast)
    actions.withdraw_article(actor=cast.agent, slug=SLUG, language="en", now=utc())
    kept = Event.objects.filter(subject_kind="help_article", subject_id=SLUG).order_by("pk")
    assert [event.kind.removeprefix("help_article.") for event in kept] == [
        "drafted", "review_asked", "published", "withdrawn",
    ]  # fmt: skip
    assert all("ebra" not in str(event.facts) for event in kept)


def test_nobody_publishes_what_they_wrote_while_somebody_else_could(cast: Cast) -> None:
    """Four eyes: everybody who saved it counts as a writer, also the one who only corrected a word."""
    draft = write(cast.agent)
    corrected = write(cast.administrator, replace(WORDS, title="Zebras, and you"))
    assert set(corrected.writers) == {cast.agent.pk, cast.administrator.pk}
    asked = actions.ask_for_review(actor=cast.agent, version=draft, now=utc())
    assert may_publish(cast.agent, asked)  # both wrote in it: nobody is left who could review
    third = Version.objects.get(pk=asked.pk)
    third.writers = [cast.agent.pk]
    third.save()
    with pytest.raises(Forbidden) as refused:
        actions.publish_version(actor=cast.agent, version=third, now=utc())
    assert refused.value.code == HelpCode.OWN_TEXT
    assert actions.publish_version(actor=cast.administrator, version=third, now=utc()).state == VersionState.PUBLISHED


def test_an_installation_with_one_writer_publishes_by_itself(cast: Cast) -> None:
    Identity.objects.filter(pk=cast.administrator.pk).update(suspended_at=utc())
    asked = actions.ask_for_review(actor=cast.agent, version=write(cast.agent), now=utc())
    assert actions.publish_version(actor=cast.agent, version=asked, now=utc()).reviewed_by == cast.agent


@pytest.mark.parametrize("who", ["engineer", "manager"])
def test_other_staff_are_refused_and_others_see_nothing(cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        write(getattr(cast, who))
    with pytest.raises(Missing):
        write(cast.owner)
    with pytest.raises(Missing):
        actions.create_article(actor=cast.outsider, slug="own", now=utc())


def test_a_save_over_somebody_elses_is_refused_and_overwrites_nothing(cast: Cast) -> None:
    first = write(cast.agent)
    write(cast.administrator, replace(WORDS, title="Hers"))
    with pytest.raises(Conflict) as refused:
        actions.save_draft(
            actor=cast.agent, slug=SLUG, language="en", words=replace(WORDS, title="His"), expected=first.stamp,
            now=utc(),
        )  # fmt: skip
    assert refused.value.code == HelpCode.CHANGED_MEANWHILE
    assert refused.value.facts["who"] == cast.administrator.name
    assert Version.objects.get(pk=first.pk).title == "Hers"


def test_two_who_begin_at_once_do_not_make_two_drafts(cast: Cast) -> None:
    write(cast.agent)
    with pytest.raises(Conflict):
        actions.save_draft(
            actor=cast.administrator, slug=SLUG, language="en", words=WORDS, expected=NOTHING_YET, now=utc()
        )
    assert Version.objects.count() == 1


def test_saving_the_same_words_changes_nothing(cast: Cast) -> None:
    first = write(cast.agent)
    assert write(cast.administrator).stamp == first.stamp
    assert Version.objects.get().writers == [cast.agent.pk]


def test_a_text_in_review_stays_as_it_is_until_it_is_sent_back(cast: Cast) -> None:
    asked = actions.ask_for_review(actor=cast.agent, version=write(cast.agent), now=utc())
    with pytest.raises(Conflict) as refused:
        write(cast.agent, replace(WORDS, title="Sneaked in"))
    assert refused.value.code == HelpCode.IN_REVIEW
    back = actions.send_back(actor=cast.administrator, version=asked, note="More about\nmanes", now=utc())
    assert (back.state, back.review_note) == (VersionState.DRAFT, "More about manes")
    with pytest.raises(Conflict):
        actions.publish_version(actor=cast.administrator, version=asked, now=utc())
    assert write(cast.agent, replace(WORDS, title="Better")).number == 1


def test_what_was_changed_while_it_was_read_is_not_published(cast: Cast) -> None:
    asked = actions.ask_for_review(actor=cast.agent, version=write(cast.agent), now=utc())
    read = Version.objects.get(pk=asked.pk)
    actions.send_back(actor=cast.agent, version=asked, note="", now=utc())
    actions.ask_for_review(actor=cast.agent, version=write(cast.agent, replace(WORDS, title="Other")), now=utc())
    with pytest.raises(Conflict):
        actions.publish_version(actor=cast.administrator, version=read, now=utc())


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (replace(WORDS, title=" "), HelpCode.MISSING_WORDS),
        (replace(WORDS, lead=""), HelpCode.MISSING_WORDS),
        (replace(WORDS, body="Words.\n\n## A\n\nB"), HelpCode.BEFORE_FIRST_SECTION),
        (replace(WORDS, body="## A\n\n## B\n\nC"), HelpCode.EMPTY_SECTION),
        (replace(WORDS, lead="[x](article:nowhere)"), HelpCode.UNKNOWN_ARTICLE),
        (replace(WORDS, lead="[x](page:nowhere)"), HelpCode.UNKNOWN_PAGE),
        (replace(WORDS, lead="[x](ftp://example.com)"), HelpCode.UNKNOWN_LINK),
        (replace(WORDS, lead="[x](//example.com)"), HelpCode.UNKNOWN_LINK),
        (replace(WORDS, lead="![x](picture:0123456789abcd)"), HelpCode.UNKNOWN_PICTURE),
        (replace(WORDS, lead="![x](https://example.com/a.png)"), HelpCode.UNKNOWN_PICTURE),
        (replace(WORDS, lead="![](picture:../../who)"), HelpCode.PICTURE_WITHOUT_WORDS),
    ],
)
def test_a_review_is_asked_only_for_what_is_whole_and_leads_somewhere(cast: Cast, words: Words, code: HelpCode) -> None:
    draft = write(cast.agent, words)
    with pytest.raises(Invalid) as refused:
        actions.ask_for_review(actor=cast.agent, version=draft, now=utc())
    assert code in [problem.code for problem in refused.value.problems]
    assert Version.objects.get().state == VersionState.DRAFT


def test_what_is_too_long_is_not_kept_even_as_a_draft(cast: Cast) -> None:
    with pytest.raises(Invalid):
        write(cast.agent, replace(WORDS, body="x" * 50_001))
    with pytest.raises(Invalid):
        write(cast.agent, replace(WORDS, keywords=tuple(map(str, range(41)))))
    assert not Version.objects.exists()


def test_hostile_letters_are_kept_as_words(cast: Cast) -> None:
    words = replace(WORDS, title="A\x00B", lead="<script>alert(1)</script> \u202e \u2028 🦓", body="## H\r\n\r\nT\x00")
    kept = publish(cast, words)
    assert (kept.title, kept.body) == ("AB", "## H\n\nT")
    assert "<script>" in kept.lead
    assert [hit.slug for hit in search("alert", "en") if hit.slug == SLUG] == [SLUG]


def test_an_own_article_stands_in_the_list_in_the_languages_that_it_has(cast: Cast) -> None:
    actions.create_article(actor=cast.agent, slug="zebras", now=utc())
    assert "zebras" not in articles()
    publish(cast, replace(WORDS, title="Zebry"), slug="zebras", language="pl")
    found = articles()["zebras"]
    assert (found.is_own, list(found.texts), found.text("ko").title) == (True, ["pl"], "Zebry")
    publish(cast, slug="zebras")
    assert articles()["zebras"].text("ko").title == "Zebras and you"
    for language in ("en", "pl"):
        actions.withdraw_article(actor=cast.agent, slug="zebras", language=language, now=utc())
    assert article("zebras") is None
    assert search("stripes", "pl") == ()


@pytest.mark.parametrize("slug", ["", "Ä", "a b", "-a", "a--b", "new", "pictures", "x" * 61, "a/b", "a\x00b"])
def test_an_address_is_plain_and_not_taken(cast: Cast, slug: str) -> None:
    with pytest.raises(Invalid):
        actions.create_article(actor=cast.agent, slug=slug, now=utc())


def test_an_address_is_given_once(cast: Cast) -> None:
    actions.create_article(actor=cast.agent, slug="zebras", now=utc())
    for slug in ("zebras", "ZEBRAS ", SLUG):
        with pytest.raises(Invalid) as refused:
            actions.create_article(actor=cast.agent, slug=slug, now=utc())
        assert refused.value.problems[0].code == HelpCode.SLUG_TAKEN


def test_articles_are_moved_in_the_list_and_stay_there(cast: Cast) -> None:
    before = list(articles())
    actions.move_article(actor=cast.agent, slug=before[2], by=-1, now=utc())
    assert list(articles()) == [before[0], before[2], before[1], *before[3:]]
    actions.move_article(actor=cast.agent, slug=before[0], by=-1, now=utc())
    assert next(iter(articles())) == before[0]
    actions.move_article(actor=cast.agent, slug=before[2], by=1, now=utc())
    assert list(articles()) == before


def test_a_draft_that_is_given_up_stays_in_the_history_and_the_next_has_the_next_number(cast: Cast) -> None:
    draft = write(cast.agent)
    gone = actions.discard_draft(actor=cast.administrator, version=draft, now=utc())
    assert gone.state == VersionState.WITHDRAWN
    with pytest.raises(Conflict):
        actions.discard_draft(actor=cast.agent, version=draft, now=utc())
    assert write(cast.agent).number == 2


def test_a_newer_version_replaces_the_one_before_in_one_step(cast: Cast) -> None:
    publish(cast)
    publish(cast, replace(WORDS, title="Newer zebras"))
    states = list(Version.objects.order_by("number").values_list("state", flat=True))
    assert states == [VersionState.REPLACED, VersionState.PUBLISHED]
    assert "Newer zebras" in titles()


def test_the_database_refuses_two_published_texts_of_one_language(cast: Cast) -> None:
    one = publish(cast)
    one.pk, one.number = None, 2
    with pytest.raises(IntegrityError, match="one_version_is_published"), transaction.atomic():
        one.save(force_insert=True)


def test_the_day_of_the_last_update_is_that_of_the_language(cast: Cast) -> None:
    now = utc() + timedelta(days=3)
    draft = write(cast.agent)
    asked = actions.ask_for_review(actor=cast.agent, version=draft, now=now)
    actions.publish_version(actor=cast.administrator, version=asked, now=now)
    found = articles()[SLUG]
    assert found.text("en").updated == now.date()
    assert found.text("ko").updated == shipped()[SLUG].text("ko").updated
