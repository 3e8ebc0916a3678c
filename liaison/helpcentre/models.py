"""What the operator writes on top of the shipped articles, how articles are found, and what readers say about them."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from liaison.accounts.models import Identity
from liaison.audit.actions import SubjectRef
from liaison.files.models import StoredFile
from liaison.helpcentre.texts import Text, sections_of
from liaison.helpcentre.vocabulary import OPEN_STATES, VersionState
from liaison.lib.choices import keys_of
from liaison.lib.ids import new_public_id

LONGEST_TEXT: Final = 2_000
LONGEST_SLUG: Final = 60
LONGEST_TITLE: Final = 150
LONGEST_LEAD: Final = 2_000
LONGEST_BODY: Final = 50_000
LONGEST_KEYWORD: Final = 60
MOST_KEYWORDS: Final = 40
LONGEST_NOTE: Final = 500


class ArticleEntry(models.Model):
    """An article that the operator wrote or changed; a shipped one that nobody touched has no row.

    `position` is its place in the list, none for the place that it ships with (own ones then come last). A shipped
    one that the operator hid has `hidden_at`: readers find it nowhere.
    """

    slug = models.SlugField(max_length=LONGEST_SLUG, unique=True)
    is_own = models.BooleanField()
    position = models.PositiveIntegerField(null=True)
    hidden_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "article entries"

    def __str__(self) -> str:
        return self.slug

    @property
    def subject_ref(self) -> SubjectRef:
        return SubjectRef("help_article", self.slug)


class Version(models.Model):
    """One version of an article in one language, numbered from 1. What was once published never changes.

    `revision` grows with each save of the draft, so that two writers do not overwrite each other. `writers` are the
    ids of all who saved it: none of them publishes it. `shipped` is the fingerprint of the shipped text that it was
    begun next to, empty for an own article: a different one now means that the product brought a newer text.
    """

    article = models.ForeignKey(ArticleEntry, on_delete=models.CASCADE, related_name="versions")
    language = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=keys_of(VersionState), default=VersionState.DRAFT.value)
    revision = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    lead = models.TextField(blank=True)
    body = models.TextField(blank=True)
    keywords = ArrayField(models.CharField(max_length=LONGEST_KEYWORD), default=list, blank=True)
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    shipped = models.CharField(max_length=32, blank=True)
    by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    writers = ArrayField(models.BigIntegerField(), default=list, blank=True)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    review_note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "language", "number"], name="a_version_has_a_number_of_its_own"),
            models.UniqueConstraint(
                fields=["article", "language"], condition=Q(state="published"), name="one_version_is_published"
            ),
            models.UniqueConstraint(
                fields=["article", "language"],
                condition=Q(state__in=[state.value for state in OPEN_STATES]),
                name="one_version_is_being_written",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in VersionState]), name="a_version_has_a_known_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="a_published_version_was_published_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article.slug} {self.language} {self.number}"

    @property
    def stamp(self) -> str:
        """Name what a writer saw, so that a later save can tell whether somebody else saved meanwhile."""
        return f"{self.number}.{self.revision}"

    @property
    def day(self) -> date:
        return (self.published_at or self.saved_at).date()

    def as_text(self) -> Text:
        """Return the version as readers see it. What stands before the first section belongs to the lead."""
        before, sections = sections_of(self.body)
        lead = "\n\n".join(part for part in (self.lead.strip(), before) if part)
        return Text(self.language, self.title, lead, sections, tuple(self.keywords), self.day, self.number)


class Picture(models.Model):
    """A picture that staff added to an article, for all its languages. Its address is its random `public_id`.

    `width` and `height` are its own, in pixels.
    """

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id, editable=False)
    article = models.ForeignKey(ArticleEntry, on_delete=models.CASCADE, related_name="pictures")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.public_id


class Passage(models.Model):
    """What search looks through: a section of an article in one language, and as section 0 the article as a whole.

    `heading` and `words` are plain: of section 0 the title and the lead. `fingerprint` is that of the text.
    """

    slug = models.SlugField(max_length=LONGEST_SLUG)
    language = models.CharField(max_length=10)
    section = models.PositiveSmallIntegerField()
    heading = models.TextField(blank=True)
    words = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=40)
    vector = SearchVectorField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slug", "language", "section"], name="a_passage_is_indexed_once")
        ]
        indexes = [GinIndex(fields=["vector"], name="help_passage_vector")]

    def __str__(self) -> str:
        return f"{self.slug} {self.language} {self.section}"


class Feedback(models.Model):
    """One answer to "Was this helpful?", with what could be better, if the reader said it.

    Nothing tells who said it, unless somebody who was signed in asked for an answer: then `identity` is theirs.
    """

    article = models.SlugField(max_length=100)
    language = models.CharField(max_length=10)
    is_helpful = models.BooleanField()
    text = models.TextField(blank=True, max_length=LONGEST_TEXT)
    created_at = models.DateTimeField()
    identity = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    wants_answer = models.BooleanField(default=False, db_default=False)
    dealt_at = models.DateTimeField(null=True)
    dealt_by = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    note = models.TextField(blank=True, default="", db_default="", max_length=LONGEST_TEXT)
    answer = models.TextField(blank=True, default="", db_default="", max_length=LONGEST_TEXT)

    class Meta:
        verbose_name_plural = "feedback"
        indexes = [
            models.Index(fields=["article", "-id"], name="feedback_by_article"),
            models.Index(fields=["-id"], condition=Q(dealt_at__isnull=True), name="feedback_to_deal_with"),
        ]

    def __str__(self) -> str:
        return f"{self.article} ({self.language}): {'helpful' if self.is_helpful else 'not helpful'}"

    @property
    def subject_ref(self) -> SubjectRef:
        return SubjectRef("help_feedback", str(self.pk))
