"""The sentences for this room's codes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.signals.vocabulary import BatchCode, LineCode, RefusedLine, SourceCode, SourceProblem

WORDS: Mapping[StrEnum, Promise] = {
    BatchCode.ID_UNUSABLE: _("Name the batch in the header Batch-Id: 1 to 100 visible ASCII characters."),
    BatchCode.OTHER_CONTENT: _("A batch of this name was taken before, with other content. Nothing was stored."),
    BatchCode.NOT_LINES_TYPE: _("Send JSON lines, with the content type application/x-ndjson."),
    BatchCode.UNKNOWN_ENCODING: _("The body can be plain or packed with gzip, and nothing else."),
    BatchCode.BROKEN_GZIP: _("The body cannot be unpacked with gzip. Nothing was stored."),
    BatchCode.TOO_LARGE: _("The body is larger than %(most)s bytes. Nothing was stored."),
    BatchCode.TOO_MANY_LINES: _("The batch has more than %(most)s lines. Nothing was stored."),
    LineCode.NOT_AN_OBJECT: _("This line is not one JSON object in UTF-8."),
    LineCode.NEEDED: _("This is required."),
    LineCode.UNKNOWN_NAME: _("There is no such field."),
    LineCode.NOT_A_MOMENT: _("This must be a moment with its zone, for example 2026-11-05T14:05:00Z."),
    LineCode.NOT_OFFERED: _("This is none of the values that are possible here: %(expected)s."),
    LineCode.OUT_OF_RANGE: _("This number is too small or too large."),
    LineCode.TOO_LONG: _("This is too long. At most: %(most)s."),
    LineCode.EMPTY: _("This must not be empty."),
    LineCode.WRONG_KIND: _("This is not of the kind that is expected here."),
    SourceCode.NEEDED: _("This is required."),
    SourceCode.TOO_LONG: _("This is too long. At most: %(most)s."),
    SourceCode.URL_UNUSABLE: _("Enter the whole address, for example http://prometheus.example:9090."),
    SourceCode.TOKEN_UNUSABLE: _("A token has only ASCII characters."),
    SourceCode.TOO_MANY: _("There are %(most)s sources already. Remove one that is not needed."),
    SourceProblem.NOT_REACHED: _(
        "It cannot be reached. Whether its address is allowed is said by the settings PROMETHEUS_NETWORKS and "
        "PROMETHEUS_PORTS."
    ),
    SourceProblem.QUERY_REFUSED: _("It refuses the query."),
    SourceProblem.TOKEN_REFUSED: _("It refuses the token."),
    SourceProblem.TOKEN_LOST: _("The token cannot be read any more. Remove the source and add it again."),
    SourceProblem.NO_ANSWER: _("It does not answer as a Prometheus does."),
    SourceProblem.NOT_A_VECTOR: _("The query gives no list of rows with labels (an instant vector)."),
    SourceProblem.TOO_MANY_SERIES: _("The query gives too many rows."),
    RefusedLine.UNKNOWN_INTEGRATION: _("There is no such integration or environment."),
    RefusedLine.OTHER_ENVIRONMENT: _("The key speaks for another integration or environment."),
    RefusedLine.TOO_OLD: _("The call was more than %(most)s days ago."),
    RefusedLine.IN_THE_FUTURE: _("The call lies more than %(most)s minutes in the future."),
    RefusedLine.TOO_MANY_ACTIONS: _("The environment has %(most)s actions already; a further one is not taken."),
}
