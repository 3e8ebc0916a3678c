"""The sentences for the refusals of this room: what is wrong with which file, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.files.codes import FileCode

REFUSALS: Mapping[StrEnum, Promise] = MappingProxyType(
    {
        FileCode.TOO_LARGE: _(
            "“%(name)s” is larger than %(most_megabytes)s MB. Send the part that matters, or pack it into a zip file."
        ),
        FileCode.EMPTY: _("“%(name)s” is empty. Choose the file again."),
        FileCode.TYPE_REFUSED: _("“%(name)s” is of a type that is not taken here. These are: %(accepted)s."),
        FileCode.EXTENSION_REFUSED: _(
            "Files that end in .%(extension)s are not taken. If “%(name)s” is text, let its name end in .txt."
        ),
        FileCode.MARKUP: _(
            "“%(name)s” is a web page or a drawing that can run code. Send a picture of it, or paste what matters."
        ),
        FileCode.SCRIPT: _("“%(name)s” is a program to be run. Paste the lines that matter into the text instead."),
        FileCode.PROGRAM: _("“%(name)s” holds a program. Take it out, and send the rest."),
        FileCode.MACROS: _("“%(name)s” holds macros. Save it as a document without macros, or as a PDF."),
        FileCode.LOADS_OTHERS: _("“%(name)s” loads something from elsewhere when it is opened. Save it as a PDF."),
        FileCode.EMBEDS_OBJECTS: _("“%(name)s” has other documents inside. Send them one by one, or save it as a PDF."),
        FileCode.ENCRYPTED: _("“%(name)s” is locked with a password. Send it without one."),
        FileCode.UNPACKS_TOO_LARGE: _(
            "“%(name)s” unpacks to far more than can be looked at. Send the part that matters."
        ),
        FileCode.NESTED: _("“%(name)s” holds packed files in a packed file. Put all files into one zip file."),
        FileCode.PATHS: _("“%(name)s” holds files that would unpack outside its folder. Pack it anew."),
        FileCode.BROKEN: _("“%(name)s” cannot be read: it is broken, or not what its name says. Save it anew."),
        FileCode.HIDES_SOMETHING: _(
            "“%(name)s” has something else hidden in it. Open it, save it anew, and send the new file."
        ),
        FileCode.INFECTED: _("The virus scanner found something in “%(name)s”. Do not send it; check your computer."),
        FileCode.ACCOUNT_FULL: _(
            "The files of your account take up all of their room, %(most_megabytes)s MB. Ask support to delete some."
        ),
        FileCode.OTHERS_FULL: _(
            "The account of this case has no room for these files. Send your text without them, and ask support."
        ),
        FileCode.PERSON_FULL: _(
            "You have sent %(most_megabytes)s MB of files within a day, which is the most. Go on tomorrow."
        ),
        FileCode.TOO_MANY_OPEN: _(
            "%(most)s files of yours are on their way or not sent yet, which is the most. Finish or remove some."
        ),
        FileCode.NO_ROOM: _(
            "Files cannot be taken now, because the portal has no room for them. Send your text without, and add the "
            "files later."
        ),
        FileCode.NOT_READY: _(
            "Files cannot be taken now, because the portal cannot look at them. Send your text without, and add the "
            "files later."
        ),
        FileCode.AWAY: _(
            "The attached files cannot be read now, so nobody can look for personal data in them, and nothing was "
            "sent. What you typed is kept. Try again in a few minutes, or send your text without the files."
        ),
        FileCode.LENGTH_NEEDED: _("A piece of a file comes with its length. Send the header Content-Length."),
        FileCode.PIECE_TOO_LARGE: _("A piece of a file has at most %(most_bytes)s bytes."),
        FileCode.PIECE_EMPTY: _("A piece of a file has at least one byte."),
        FileCode.OFFSET_DIFFERS: _("%(received)s bytes of this file are here. Go on from there."),
        FileCode.MORE_THAN_ANNOUNCED: _("More comes than the %(size)s bytes that were announced. Begin anew."),
        FileCode.INCOMPLETE: _("%(received)s of %(size)s bytes of this file are here. Send the others first."),
        FileCode.FINISHED: _("This file is here already, whole."),
        FileCode.GONE: _("A file that was chosen is not here any more. Choose it again."),
        FileCode.HELD: _("This file is being looked at by the virus scanner. Try again in a few minutes."),
        FileCode.FOUND_INFECTED: _("The virus scanner found something in this file, so nobody gets it."),
        FileCode.NOT_SCANNED_TOO_LARGE: _(
            "This file is too large for the virus scanner, so nobody gets it. Ask its sender for a smaller one."
        ),
    }
)
