"""Why a file, or a piece of one, is not taken or not given out."""

from __future__ import annotations

from enum import StrEnum


class FileCode(StrEnum):
    """Most carry the fact `name`, the file's name; sizes are whole megabytes or bytes, as the fact's name says."""

    # What it is.
    TOO_LARGE = "file_too_large"
    EMPTY = "file_empty"
    TYPE_REFUSED = "file_type_refused"
    EXTENSION_REFUSED = "file_extension_refused"
    MARKUP = "file_is_markup"
    SCRIPT = "file_is_script"
    PROGRAM = "file_holds_program"
    MACROS = "file_holds_macros"
    LOADS_OTHERS = "file_loads_others"
    EMBEDS_OBJECTS = "file_embeds_objects"
    ENCRYPTED = "file_is_encrypted"
    UNPACKS_TOO_LARGE = "file_unpacks_too_large"
    NESTED = "file_is_nested"
    PATHS = "file_holds_paths"
    BROKEN = "file_is_broken"
    HIDES_SOMETHING = "file_hides_something"
    INFECTED = "file_infected"
    # How much.
    ACCOUNT_FULL = "files_account_full"
    OTHERS_FULL = "files_others_full"
    PERSON_FULL = "files_person_full"
    TOO_MANY_OPEN = "files_too_many_open"
    NO_ROOM = "files_no_room"
    NOT_READY = "files_not_ready"
    AWAY = "files_away"
    # Pieces.
    LENGTH_NEEDED = "piece_length_needed"
    PIECE_TOO_LARGE = "piece_too_large"
    PIECE_EMPTY = "piece_empty"
    OFFSET_DIFFERS = "piece_offset_differs"
    MORE_THAN_ANNOUNCED = "piece_more_than_announced"
    INCOMPLETE = "upload_incomplete"
    FINISHED = "upload_finished"
    # Using and giving out.
    GONE = "file_gone"
    HELD = "file_held"
    FOUND_INFECTED = "file_found_infected"
    NOT_SCANNED_TOO_LARGE = "file_too_large_to_scan"
