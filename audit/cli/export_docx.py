"""``readiness export docx``: the minutes of communes, to be printed and signed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from audit.cli.common import as_of_option, emit, file_option, harmless, json_option, say, talk
from audit.cli.export_options import OutPath, target_of, told
from audit.cli.look import as_of_data, tell_unreceived
from audit.desk import Desk, chosen_path
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import LANGUAGES, _, count, ngettext

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checklists.communes import Commune
    from exports.made import Header, Made, Progress

_ENDING = ".docx"


class _Failed(NamedTuple):
    commune: Commune
    reason: str


@click.command(
    name="docx",
    help=_(
        "Write the minutes of communes as Word documents, to be printed and signed.\n\n"
        "One commune goes to a file, several or --all to a folder; what is there under the same "
        "name is replaced."
    ),
)
@click.argument("communes", nargs=-1, metavar=_("[COMMUNE…]"))
@click.option("--all", "every", is_flag=True, help=_("All communes of the round."))
@click.option(
    "--out",
    type=OutPath(),
    help=_("A file for one commune, a folder for several; the current folder if not given."),
)
@click.option(
    "--header",
    type=click.Choice(["state", "party"]),
    default="state",
    help=_("Form of the head: State body or Party body."),
)
@click.option("--bilingual", is_flag=True, help=_("Vietnamese with English beside it."))
@as_of_option
@file_option
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    expose_value=False,
    help=_("Language of what is written."),
)
@json_option
def docx(
    communes: tuple[str, ...],
    out: Path | None,
    header: Header,
    as_of: str,
    path: Path | None,
    *,
    every: bool,
    bilingual: bool,
    as_json: bool,
) -> int:
    """Write the minutes of communes."""
    from audit.reporting import made_of

    if every == bool(communes):
        raise ReadinessError(ErrorCode.EXPORT_COMMUNES, status=2)
    with Desk(chosen_path(path), as_of=as_of) as desk:
        chosen = (
            {each.code: each for each in desk.round.communes}
            if every
            else {each.code: each for each in map(desk.commune, communes)}
        )
        targets = _targets(out, list(chosen.values()), is_folder=every)
        tell_unreceived(desk)
        made = made_of(desk, header)
        progress = told(_("Writing minutes"), quiet=as_json)
        failed = _write(desk, targets, made, bilingual=bilingual, progress=progress)
        data = as_of_data(desk)
    lost = {each.commune.code for each in failed}
    written = [target for code, target in targets.items() if code not in lost]
    if as_json:
        emit(
            {
                "paths": [str(target) for target in written],
                "failed": [{"code": e.commune.code, "reason": e.reason} for e in failed],
                **data,
            }
        )
    else:
        _tell(written, failed, targets)
    return 1 if failed else 0


def _targets(
    out: Path | None, communes: Sequence[Commune], *, is_folder: bool
) -> Mapping[str, Path]:
    """Return the file of each commune by its code; a folder that is not there is made.

    Raises:
        ReadinessError: The place cannot be used.
    """
    from exports.minutes.document import file_name
    from exports.safe_write import as_readiness_error

    is_folder = is_folder or len(communes) > 1 or out is None or out.is_dir()
    if not is_folder and out is not None:
        return {communes[0].code: target_of(out, _ENDING)}
    folder = out if out is not None else Path()
    try:
        folder.mkdir(exist_ok=True)
    except FileExistsError as error:
        raise ReadinessError(ErrorCode.EXPORT_NEEDS_FOLDER, status=2, path=folder) from error
    except FileNotFoundError as error:
        raise ReadinessError(
            ErrorCode.WRITE_FOLDER_MISSING, status=2, path=folder, folder=folder.parent
        ) from error
    except OSError as error:
        raise as_readiness_error(folder, error) from error
    except ValueError as error:
        raise ReadinessError(ErrorCode.WRITE_BAD_NAME, status=2, path=folder) from error
    return {commune.code: folder / file_name(commune) for commune in communes}


def _write(
    desk: Desk,
    targets: Mapping[str, Path],
    made: Made,
    *,
    bilingual: bool,
    progress: Progress | None,
) -> list[_Failed]:
    """Write each commune's minutes; one that cannot be written does not stop the others."""
    from exports.minutes.document import write_minutes
    from exports.worked_in import refuse_to_lose_work

    failed = []
    for done, (code, target) in enumerate(targets.items(), 1):
        try:
            refuse_to_lose_work(target)
            write_minutes(desk.row(code), target, made, bilingual=bilingual)
        except ReadinessError as error:
            if len(targets) == 1:
                raise
            failed.append(_Failed(desk.round.by_code[code], str(error)))
        if progress is not None:
            progress(done, len(targets))
    return failed


def _tell(written: Sequence[Path], failed: Sequence[_Failed], targets: Mapping[str, Path]) -> None:
    if len(targets) == 1:
        say(str(written[0]))
        return
    for each in failed:
        place = f"{each.commune.code} {each.commune.name}"
        talk(_("{commune}: {reason}").format(commune=place, reason=each.reason))
    folder = harmless(str(next(iter(targets.values())).parent))
    if failed:
        words = _(
            "Minutes of {done} of {all} communes were written to {folder}; the others were not."
        )
        say(words.format(done=count(len(written)), all=count(len(targets)), folder=folder))
        return
    words = ngettext(
        "Minutes of {count} commune were written to {folder}.",
        "Minutes of {count} communes were written to {folder}.",
        len(written),
    )
    say(words.format(count=count(len(written)), folder=folder))
