"""Keep the translations of every text a user sees: extract, compile, check.

``python tools/texts.py extract`` brings the .po files up to the code, ``compile`` writes the .mo
files that the program reads, ``check`` says what is wrong and changes nothing. The words of click
belong to it, too: people meet them in every help page and every refusal.
"""

from __future__ import annotations

import argparse
import re
import string
import sys
import unicodedata
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("criteria", "checklists", "exports", "audit")
LANGUAGES: Final = {"vi": "Vietnamese", "en": "English"}
KEYWORDS: Final = {"_": None, "N_": None, "ngettext": (1, 2)}
CLICK: Final = "click"
CLICK_FOLDER: Final = Path(click.__file__).parent
CLICK_UNMARKED: Final = ("required",)
"""What click translates at run time without a literal that can be found."""


class Texts(Catalog):
    """The texts of one language; the header holds nothing that changes by itself."""

    def __init__(self, language: str) -> None:
        """Start an empty catalogue of ``language``, a key of `LANGUAGES`."""
        comment = f"# {LANGUAGES[language]} texts of readiness; `make texts` keeps this file."
        super().__init__(locale=language, header_comment=comment, fuzzy=False)

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """Name and value of each header line; gettext needs no more than these."""
        return [
            ("Language", str(self.locale_identifier)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit\n"),
        ]


def scan(root: Path = ROOT) -> Catalog:
    """Return every message of the code below ``root`` and of the installed click."""
    found = Catalog()
    sources = [
        (path, path.relative_to(root).as_posix())
        for package in PACKAGES
        for path in sorted((root / package).rglob("*.py"))
    ]
    sources += [(path, CLICK) for path in sorted(CLICK_FOLDER.rglob("*.py"))]
    for path, place in sources:
        for _line, message, _comments, _context in extract_from_file("python", path, KEYWORDS):
            found.add(message, locations=[(place, 0)])
    for message in CLICK_UNMARKED:
        found.add(message, locations=[(CLICK, 0)])
    return found


def _messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _strings(message: Message) -> tuple[str, ...]:
    if isinstance(message.string, str):
        return (message.string,)
    return tuple(message.string or ())


def update(scanned: Catalog, held: Catalog, language: str, *, drop_unused: bool = False) -> Texts:
    """Return the catalogue of ``language``: the messages scanned, the translations held.

    A translation whose message is no longer in the code stays in the file as unused, and comes
    back with its message, unless ``drop_unused``.
    """
    translated = {
        _ids(message): message
        for message in (*held.obsolete.values(), *_messages(held))
        if any(_strings(message))
    }
    texts = Texts(language)
    for message in _messages(scanned):
        old = translated.pop(_ids(message), None)
        words = old.string if old else None
        if words is None and language == "en" and message.pluralizable:
            words = message.id
        texts.add(
            message.id,
            words,
            locations=message.locations,
            flags={"fuzzy"} if old and old.fuzzy else (),
            user_comments=old.user_comments if old else (),
        )
    if not drop_unused:
        texts.obsolete.update((_ids(message)[0], message) for message in translated.values())
    return texts


def po_bytes(texts: Catalog) -> bytes:
    """Return the .po file: sorted, one line a text, no line numbers, so that changes stay small."""
    file = BytesIO()
    write_po(file, texts, width=0, sort_output=True, include_lineno=False)
    return file.getvalue()


def mo_bytes(texts: Catalog, language: str) -> bytes:
    """Return the .mo file of the texts of ``language``; the same texts give the same bytes."""
    file = BytesIO()
    write_mo(file, update(texts, texts, language))
    return file.getvalue()


def _braces(text: str) -> set[str] | None:
    """Return the names in ``{name}`` fields; None when the braces do not match."""
    try:
        fields = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:
        return None
    return {re.split(r"[.\[]", name)[0] for name in fields}


def _percents(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[a-z]|%[a-z]", text))


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _faults(message: Message, language: str) -> Iterator[str]:
    """Say what is wrong with the translation of one message."""
    ids, words = _ids(message), _strings(message)
    if message.fuzzy:
        yield "fuzzy"
    if not all(words) or not words:
        # An English text without a translation is its own message.
        if language != "en" or message.pluralizable:
            yield "missing"
        return
    for position, text in enumerate(words):
        # The last form speaks of many; a language with one form has only that.
        source = ids[0] if len(words) > 1 and position == 0 else ids[-1]
        if _braces(source) is not None and _braces(text) != _braces(source):
            yield f"the fields in braces differ in {text!r}"
        from_click = all(place == CLICK for place, _ in message.locations)
        if from_click and _percents(text) != _percents(source):
            yield f"the %-fields differ in {text!r}"
        if _edges(text) != _edges(source):
            yield f"spaces at the ends differ in {text!r}"
        if not unicodedata.is_normalized("NFC", text):
            yield f"not in NFC: {text!r}"


def faults(texts: Catalog, language: str) -> list[str]:
    """Return what is wrong with the translations into ``language``, one sentence a fault."""
    return [
        f"{language}: {fault}: {_ids(message)[0]!r}"
        for message in sorted(_messages(texts))
        for fault in _faults(message, language)
    ]


def _po(root: Path, language: str) -> Path:
    return root / "criteria" / "locale" / language / "LC_MESSAGES" / "readiness.po"


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Texts(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def extract(root: Path = ROOT, *, drop_unused: bool = False) -> None:
    """Bring the .po files below ``root`` up to the code."""
    scanned = scan(root)
    for language in LANGUAGES:
        path = _po(root, language)
        texts = update(scanned, _read(path, language), language, drop_unused=drop_unused)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(po_bytes(texts))


def compile_texts(root: Path = ROOT) -> None:
    """Write the .mo file beside each .po file."""
    for language in LANGUAGES:
        path = _po(root, language)
        path.with_suffix(".mo").write_bytes(mo_bytes(_read(path, language), language))


def check(root: Path = ROOT) -> list[str]:
    """Return everything that is wrong below ``root``, one sentence a fault; empty is good."""
    scanned = scan(root)
    found: list[str] = []
    for language in LANGUAGES:
        path = _po(root, language)
        place = path.relative_to(root).as_posix()
        held = _read(path, language)
        texts = update(scanned, held, language)
        found += faults(texts, language)
        if not path.exists() or path.read_bytes() != po_bytes(texts):
            found.append(f"{language}: {place} is not up to the code; run `make texts`")
        compiled = path.with_suffix(".mo")
        if not compiled.exists() or compiled.read_bytes() != mo_bytes(held, language):
            found.append(f"{language}: the .mo beside {place} is not up to it; run `make texts`")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the three jobs; return 1 when `check` finds something."""
    parser = argparse.ArgumentParser(description="Keep the translations of readiness.")
    parser.add_argument("job", choices=("extract", "compile", "check"))
    parser.add_argument(
        "--drop-unused",
        action="store_true",
        help="extract: forget the translations whose message is no longer in the code",
    )
    chosen = parser.parse_args(arguments)
    if chosen.job == "extract":
        extract(drop_unused=chosen.drop_unused)
    elif chosen.job == "compile":
        compile_texts()
    else:
        found = check()
        for fault in found:
            print(fault)
        print(f"texts: {len(found)} faults" if found else "texts: complete")
        return 1 if found else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
