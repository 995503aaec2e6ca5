"""What differs between provinces: headers, prices, thresholds, switches, probe targets.

A profile is laid together from up to three files: ``profiles/default.toml``, which
is complete; the file of the province, if there is one; and the office's own file.
Each later file replaces single keys of the earlier ones, a price only together with
its source. `Profile.defaulted` names what no file of the province said, so that a
report can admit it. A round carries its profile inside (`Profile.to_dict`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    StrictBool,
    StrictInt,
    StringConstraints,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from checklists.communes import Province, province
from criteria.catalogue import (
    Bilingual,
    Code,
    Key,
    NfcText,
    Part,
)
from criteria.errors import ErrorCode, Message, ReadinessError
from criteria.language import _
from criteria.toml_file import describe_validation, read_toml

PROFILES: Final = Path(__file__).parent / "profiles"
DEFAULT_PROFILE: Final = PROFILES / "default.toml"

_ADDRESS: Final = re.compile(
    r"(https?://)?[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?(:[0-9]{1,5})?(/[^\s@\\]*)?"
)

Standing = Literal["official", "secondary", "project_default"]

Where = tuple[str | int, ...]
"""A path in the data of a profile: ``("prices", "printer", "source", "vi")``."""


def _exact(value: object) -> object:
    # A float has already lost what was written, and true is not the number 1.
    if isinstance(value, bool | float):
        raise PydanticCustomError("decimal_type", "not a decimal")
    return value


def _address(value: str) -> str:
    if value and not _ADDRESS.fullmatch(value):
        raise PydanticCustomError("address", "not an address")
    return value


def _numbering(value: Bilingual) -> Bilingual:
    for text in (value.vi, value.en):
        if text.count("{number}") != 1 or re.search(r"[{}]", _without_fields(text)):
            raise PydanticCustomError("numbering", "not a numbering")
    return value


def _without_fields(text: str) -> str:
    return text.replace("{number}", "").replace("{suffix}", "")


Exact = Annotated[
    Decimal,
    BeforeValidator(_exact),
    PlainSerializer(lambda value: f"{value:f}", return_type=str, when_used="json"),
]
Address = Annotated[str, StringConstraints(max_length=500), AfterValidator(_address)]
"""A host or a web address, without a name or password in it."""


class Letterhead(Part):
    """The head of an official paper.

    Source: NĐ 30/2020/NĐ-CP, Annex I (State); HD 05-HD/VPTW of 27/05/2026 (Party);
    both read in secondary sources.
    """

    national_title: Bilingual
    """Line on the right above all: the State's name, or the Party's."""
    motto: Bilingual | None = None
    """Line under it; the Party form has none."""
    parent_body: Bilingual
    """Upper line on the left: the body above the one that issues."""
    issuing_body: Bilingual
    place: Bilingual
    """Place before the date: ``Đồng Nai, ngày 05 tháng 12 năm 2026``."""
    number_suffix: Annotated[NfcText, StringConstraints(max_length=40)]
    """Short name of the issuing body in the number of a paper: ``SKHCN``."""
    report_number: Annotated[Bilingual, AfterValidator(_numbering)]
    """How a report is numbered, with ``{number}`` and ``{suffix}`` in their places."""

    def number_line(self, number: int | None = None) -> str:
        """Return the line with the number of a report, in the language in use.

        Args:
            number: Below 10 it takes a leading zero; ``None`` leaves dots for a pen.
        """
        written = "……" if number is None else f"{number:02}"
        line = str(self.report_number).replace("{suffix}", self.number_suffix)
        return line.replace("{number}", written)


class Price(Part):
    """What one unit of an item costs."""

    million_vnd: Annotated[Exact, Field(ge=0, le=1_000_000, decimal_places=6)]
    """Million VND for one unit, as the edition counts the item."""
    source: Bilingual
    standing: Standing
    """The text itself was found; it was found quoted; or it is an estimate of this project."""


class ClassThresholds(Part):
    """When a commune is green, yellow, red or grey."""

    grey_above: Annotated[StrictInt, Field(ge=0, le=1000)]
    """Grey when more criteria than this are insufficient or unaudited."""
    yellow_index: Annotated[Exact, Field(ge=0, le=100, decimal_places=6)]
    """Yellow from this readiness index on, in percent."""


class ProbeTarget(Part):
    """An address that the laptop tries to reach from the commune."""

    key: Key
    """``national_portal`` for the National Public Service Portal, else free."""
    label: Bilingual
    address: Annotated[Address, StringConstraints(min_length=1)]
    mandatory: StrictBool
    """Whether it counts among the mandatory targets of the criterion."""


class Probes(Part):
    """What the laptop measures against."""

    targets: Annotated[tuple[ProbeTarget, ...], Field(max_length=100)]
    speed_test: Address
    """Address of the province's own test object; empty where the office named none."""


class Settings(Part):
    """What the files of a profile say, laid together."""

    state_form: Letterhead
    party_form: Letterhead
    core_criteria: Annotated[tuple[Code, ...], Field(max_length=200)]
    """Codes of the criteria that must not be unmet for yellow."""
    classes: ClassThresholds
    switches: Annotated[Mapping[Key, StrictBool], Field(max_length=200)]
    """Switch of the edition -> how it is set."""
    prices: Annotated[Mapping[Key, Price], Field(max_length=500)]
    """Item of the edition -> what one unit costs."""
    probes: Probes
    keep_photo_place: StrictBool = False
    """Whether photos may say where they were taken; a round made before this did not."""
    funding: Bilingual | None = None
    """Where the money for the remedies comes from, as part of a sentence, if that is settled."""


class Profile(Settings):
    """What differs between provinces, for one province."""

    province_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
    province: NfcText
    """Name of the province with its kind."""
    defaulted: Annotated[tuple[NfcText, ...], Field(max_length=1000)] = ()
    """Sections (``prices``) and keys (``prices.printer``) that no file of the province or
    of the office set, in the order of the default file."""

    def to_dict(self) -> dict[str, Any]:
        """Return the profile as JSON data without floats, for a round to carry."""
        return self.model_dump(mode="json", exclude_none=True)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Profile:
        """Return the profile that a round carries.

        Raises:
            ReadinessError: The data are not a profile; every problem is said.
        """
        if not isinstance(data, Mapping):
            wrong = Message(ErrorCode.DATA_WRONG_TYPE, {"key": "profile", "text": str(data)[:40]})
            raise ReadinessError.of([wrong])
        try:
            return cls.model_validate(dict(data))
        except ValidationError as error:
            problems = _described(error)
        raise ReadinessError.of(
            [
                Message(ErrorCode.DATA_BROKEN, {"path": _("the profile inside the file")}),
                *(_finding(where, message, None, data) for where, message in problems),
            ]
        )


class _Layers:
    """The files of a profile, each laid over those before."""

    def __init__(self) -> None:
        self.merged: dict[str, Any] = {}
        self.data: dict[Path, dict[str, Any]] = {}
        self._origin: dict[Where, Path] = {}

    def lay(self, path: Path, data: dict[str, Any]) -> None:
        self.data[path] = data
        for section, value in data.items():
            held = self.merged.get(section)
            if isinstance(value, dict) and isinstance(held, dict | None):
                table = self.merged.setdefault(section, {})
                for key, each in value.items():
                    table[key] = each
                    self._origin[section, key] = path
            else:
                self.merged[section] = value
            self._origin[(section,)] = path

    def origin(self, where: Where) -> Path:
        """Return the file that said what stands at a path."""
        for length in (2, 1):
            if where[:length] in self._origin:
                return self._origin[where[:length]]
        return DEFAULT_PROFILE

    def of_default(self) -> tuple[str, ...]:
        """Return the sections and keys that only the default file set."""
        found: list[str] = []
        for section, value in self.data[DEFAULT_PROFILE].items():
            keys = list(self.merged[section]) if isinstance(value, dict) else []
            kept = [key for key in keys if self._origin[section, key] == DEFAULT_PROFILE]
            if kept == keys and self._origin[(section,)] == DEFAULT_PROFILE:
                found.append(section)
            else:
                found += [f"{section}.{key}" for key in kept]
        return tuple(found)


def load_profile(province_code: str, path: Path | None = None) -> Profile:
    """Return the profile of a province.

    Args:
        province_code: Two digits, text.
        path: The office's own file; what it says stands over the shipped files.

    Raises:
        ReadinessError: There is no such province or file, the file is for another
            province, or it cannot be used; every problem is said with file and key.
    """
    place = province(province_code)
    shipped = PROFILES / f"{place.code}.toml"
    layers = _Layers()
    for each in (DEFAULT_PROFILE, shipped if shipped.exists() else None, path):
        if each is not None:
            layers.lay(each, _read(each, place))
    try:
        settings = Settings.model_validate(_with_names(layers.merged, place))
    except ValidationError as error:
        raise _refused(layers, _described(error)) from error
    return Profile(
        **{name: getattr(settings, name) for name in Settings.model_fields},
        province_code=place.code,
        province=place.name,
        defaulted=layers.of_default(),
    )


def _read(path: Path, place: Province) -> dict[str, Any]:
    """Return what a file says for ``place``, without the province it is for."""
    data = read_toml(path)
    meant = data.pop("province", place.code)
    if meant != place.code:
        raise ReadinessError(
            ErrorCode.PROFILE_OTHER_PROVINCE, path=path, text=str(meant)[:40], code=place.code
        )
    return data


def _with_names(merged: dict[str, Any], place: Province) -> dict[str, Any]:
    """Return the settings with the names of the province in the heads of papers."""
    short, upper = place.short_name, place.short_name.upper()
    if place.is_city:
        names = {"en": (f"{upper} CITY", f"{upper} CITY PARTY COMMITTEE")}
        names["vi"] = (place.name.upper(), f"THÀNH ỦY {upper}")
    else:
        names = {"en": (f"{upper} PROVINCE", f"{upper} PROVINCIAL PARTY COMMITTEE")}
        names["vi"] = (place.name.upper(), f"TỈNH ỦY {upper}")

    def filled(text: object, language: str) -> object:
        if not isinstance(text, str) or language not in names:
            return text
        whole, party = names[language]
        for field, name in (("PROVINCE", whole), ("PARTY_COMMITTEE", party), ("place", short)):
            text = text.replace(f"{{{field}}}", name)
        return text

    found = dict(merged)
    for section in ("state_form", "party_form"):
        if isinstance(found.get(section), dict):
            found[section] = {
                key: {language: filled(text, language) for language, text in value.items()}
                if isinstance(value, dict)
                else value
                for key, value in found[section].items()
            }
    return found


_SAID_BY_TYPE: Final = {
    "address": ErrorCode.PROFILE_NOT_ADDRESS,
    "bool_type": ErrorCode.DATA_NOT_YES_NO,
    "decimal_max_places": ErrorCode.PROFILE_TOO_LONG,
    "decimal_parsing": ErrorCode.DATA_NOT_NUMBER,
    "decimal_type": ErrorCode.DATA_NOT_NUMBER,
    "finite_number": ErrorCode.DATA_NOT_NUMBER,
    "greater_than_equal": ErrorCode.PROFILE_TOO_LOW,
    "int_type": ErrorCode.DATA_NOT_WHOLE,
    "less_than_equal": ErrorCode.PROFILE_TOO_HIGH,
    "list_type": ErrorCode.PROFILE_NOT_LIST,
    "numbering": ErrorCode.PROFILE_NUMBERING,
    "string_too_long": ErrorCode.PROFILE_TOO_LONG,
    "string_too_short": ErrorCode.DATA_EMPTY,
    "string_type": ErrorCode.DATA_NOT_TEXT,
    "too_long": ErrorCode.PROFILE_TOO_LONG,
    "too_short": ErrorCode.DATA_EMPTY,
    "tuple_type": ErrorCode.PROFILE_NOT_LIST,
}
_TABLES: Final = frozenset({"model_type", "model_attributes_type", "dict_type", "mapping_type"})


def _described(error: ValidationError) -> list[tuple[Where, Message]]:
    """Return what is wrong in words for whoever edits the file in Notepad."""
    described: list[tuple[Where, Message]] = []
    problems = error.errors(include_url=False, include_context=True)
    for problem, (where, general) in zip(problems, describe_validation(error), strict=True):
        kind, limits = problem["type"], problem.get("ctx", {})
        # A key of a table with the wrong letters is itself what is wrong: it has no value.
        bad_key = where[-1] == "[key]"
        where = where[:-1] if bad_key else where
        about = {
            "key": where[-2] if bad_key else where[-1],
            "text": str(problem["input"])[:40],
            "limit": limits.get("ge", limits.get("le", "")),
        }
        if bad_key:
            message = Message(ErrorCode.DATA_PATTERN, about)
        elif kind in _TABLES:
            message = Message(_said_of_table(where), about)
        elif kind == "literal_error":
            known = {**about, "known": ", ".join(get_args(Standing))}
            message = Message(ErrorCode.DATA_NOT_ONE_OF, known)
        elif kind in _SAID_BY_TYPE:
            message = Message(_SAID_BY_TYPE[kind], about)
        else:
            message = general
        described.append((where, message))
    return described


def _said_of_table(where: Where) -> ErrorCode:
    """Return what to say where something else stands than a table."""
    if len(where) == 1:
        return ErrorCode.PROFILE_NOT_SECTION
    if where[0] == "prices" and len(where) == 2:
        return ErrorCode.PROFILE_NOT_PRICE
    return ErrorCode.DATA_NOT_BOTH


def _finding(where: Where, message: Message, path: Path | None, data: Any) -> Message:
    # Only a broken profile needs what finds places in a file.
    from criteria.lint import Finding
    from criteria.toml_file import Place

    place = Place.in_file(path) if path else Place()
    found = Finding(where, message, place.words(where, data), place.line(where))
    return Message(ErrorCode.DATA_FINDING, {"finding": found})


def _refused(layers: _Layers, problems: list[tuple[Where, Message]]) -> ReadinessError:
    """Return one error that says everything that is wrong, file by file."""
    messages: list[Message] = []
    for path, data in layers.data.items():
        of_file = [each for each in problems if layers.origin(each[0]) == path]
        if of_file:
            messages.append(Message(ErrorCode.DATA_BROKEN, {"path": path}))
            messages += [_finding(where, message, path, data) for where, message in of_file]
    return ReadinessError.of(messages)
