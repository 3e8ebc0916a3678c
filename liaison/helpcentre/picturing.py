"""Where the pictures of an article are: shipped ones are files beside the text, the others staff added."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from liaison.helpcentre.measuring import size_of
from liaison.helpcentre.models import Picture
from liaison.helpcentre.rendering import PICTURE, PictureAt, targets_of
from liaison.helpcentre.shipped import FOLDER, picture_file
from liaison.helpcentre.texts import Text, markdown_of
from liaison.web.addresses import public_url

_HASH_LENGTH: Final = 12


def pictures_of(slug: str, text: Text) -> dict[str, PictureAt]:
    """Return the pictures that the text shows, by the names that it gives them. One query where staff added some."""
    names = {target.removeprefix(PICTURE) for target, _words in targets_of(markdown_of(text))[1]}
    found = {name: at for name in names if (at := _shipped(slug, name, text.language)) is not None}
    rest = names - set(found)
    if rest:
        for one in Picture.objects.filter(public_id__in=[name.replace("\x00", "") for name in rest]):
            address = public_url("help_picture", public_id=one.public_id)
            found[one.public_id] = PictureAt(address, one.width, one.height)
    return found


def shipped_picture(slug: str, name: str, language: str) -> tuple[bytes, str] | None:
    """Return a shipped picture and the hash that its address carries; None where there is none."""
    file = picture_file(FOLDER, slug, name, language)
    return None if file is None else _read(file)


def _shipped(slug: str, name: str, language: str) -> PictureAt | None:
    if not name.replace("-", "").isalnum():
        return None
    found = shipped_picture(slug, name, language)
    if found is None:
        return None
    content, mark = found
    width, height = size_of(content) or (0, 0)
    address = public_url("help_shipped_picture", slug=slug, picture=name, language=language, mark=mark)
    return PictureAt(address, width, height)


@cache
def _read(file: Path) -> tuple[bytes, str]:
    content = file.read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:_HASH_LENGTH]
