"""`python -m liaison.config.messages`: the commands for translations."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from liaison.config.messages import catalogues, exchange, problems, scripts, sources
from liaison.config.messages.catalogues import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHOWN = 40


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    options = _parser().parse_args(arguments)
    code: int = options.run(options)
    return code


def extract(options: argparse.Namespace) -> int:
    for key, found in sorted(sources.messages_in().items(), key=lambda pair: pair[0].msgid):
        _say(f"{key.msgid!r}" + (f" / {key.plural!r}" if key.plural else "") + f"  {', '.join(found.places)}")
    return 0


def update(options: argparse.Namespace) -> int:
    found = sources.messages_in()
    for language in LANGUAGES:
        changed = catalogues.update(language, found)
        _say(f"{language.folder}: {len(found)} messages, {'brought up to date' if changed else 'unchanged'}")
    return 0


def compile_all(options: argparse.Namespace) -> int:
    for language in LANGUAGES:
        if catalogues.compile_catalogue(language):
            _say(f"{language.folder}: compiled")
    return 0


def check(options: argparse.Namespace) -> int:
    found = sources.messages_in()
    all_problems = [*problems.problems_of_source(found.values()), *scripts.problems_of_scripts()]
    for language in LANGUAGES:
        all_problems += problems.problems_of_catalogue(language, catalogues.read(language), found)
    for problem in all_problems[:_SHOWN]:
        _say(str(problem))
    if len(all_problems) > _SHOWN:
        _say(f"… and {len(all_problems) - _SHOWN} more")
    counts = Counter(problem.language for problem in all_problems)
    _say(f"{len(found)} messages; problems: {dict(counts) or 'none'}")
    return 1 if all_problems else 0


def stats(options: argparse.Namespace) -> int:
    for language in LANGUAGES:
        messages = [message for _key, message in catalogues.messages_of(catalogues.read(language))]
        done = sum(all(catalogues.translations_of(message)) and not message.fuzzy for message in messages)
        _say(f"{language.folder}: {done} of {len(messages)} translated")
    return 0


def export(options: argparse.Namespace) -> int:
    language = catalogues.language_of(options.language)
    sys.stdout.write(exchange.export(language, sources.messages_in(), only_open=options.open))
    return 0


def take_in(options: argparse.Namespace) -> int:
    text = Path(options.file).read_text() if options.file != "-" else sys.stdin.read()
    taken, refused = exchange.take_in(catalogues.language_of(options.language), text)
    for why in refused:
        _say(why)
    _say(f"{taken} taken, {len(refused)} refused")
    return 1 if refused else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m liaison.config.messages", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, run, what in (
        ("extract", extract, "list the messages of the source and where they stand"),
        ("update", update, "bring every catalogue up to date with the source"),
        ("compile", compile_all, "compile the catalogues that changed"),
        (
            "check",
            check,
            "fail on what is untranslated, fuzzy, unfit or out of date, and on words in scripts",
        ),
        ("stats", stats, "say how much is translated"),
    ):
        commands.add_parser(name, help=what).set_defaults(run=run)
    giving = commands.add_parser("export", help="write one language as JSON for translators")
    giving.add_argument("language")
    giving.add_argument("--open", action="store_true", help="only what is not translated yet")
    giving.set_defaults(run=export)
    taking = commands.add_parser("import", help="take the translators' JSON in")
    taking.add_argument("language")
    taking.add_argument("file", help="a file, or - for standard input")
    taking.set_defaults(run=take_in)
    return parser


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
