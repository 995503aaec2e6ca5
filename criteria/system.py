"""What the operating system says of a file, in the language in use.

Its own words are English where Python has them, or whatever the machine is set to.
"""

from __future__ import annotations

import errno
from typing import Final

from criteria.language import N_, _

_WORDS: Final = {
    "ENOENT": N_("it is not there"),
    "EACCES": N_("you have no right to it"),
    "EPERM": N_("you have no right to it"),
    "ENOSPC": N_("the disk is full"),
    "EDQUOT": N_("your share of the disk is full"),
    "EROFS": N_("this drive can only be read"),
    "EISDIR": N_("it is a folder"),
    "ENOTDIR": N_("part of the path is a file, not a folder"),
    "EEXIST": N_("something of this name is there already"),
    "ENOTEMPTY": N_("the folder is not empty"),
    "EIO": N_("the drive answers with errors"),
    "ENODEV": N_("the drive is not there any more"),
    "ENXIO": N_("the drive is not there any more"),
    "ESTALE": N_("the drive is not there any more"),
    "EBUSY": N_("another program is using it"),
    "ETXTBSY": N_("another program is using it"),
    "EFBIG": N_("it is too large for this drive"),
    "EMFILE": N_("too many files are open"),
    "ENFILE": N_("too many files are open"),
    "ENAMETOOLONG": N_("the name is too long"),
    "ELOOP": N_("links lead round in a circle"),
    "EINVAL": N_("the system does not take this name or request"),
    "EILSEQ": N_("the system does not take the letters of this name"),
    "ENOMEM": N_("there is not enough memory"),
}
_IN_USE: Final = (32, 33)
"""Another program holds a file or a part of it; Windows calls that a lack of rights, too."""


def reason_of(error: BaseException) -> str:
    """Return why the system refused, as part of a sentence, in the language in use.

    What is not known here stays in the system's words. Other errors are called by their
    kind: their words may hold pieces of a file.
    """
    name = _name_of(error)
    if name in _WORDS:
        return _(_WORDS[name])
    if isinstance(error, OSError):
        return error.strerror or str(error) or type(error).__name__
    return type(error).__name__


def _name_of(error: BaseException) -> str:
    """Return what the system calls this error; empty if it has no name here."""
    if isinstance(error, OSError):
        if getattr(error, "winerror", None) in _IN_USE:
            return "EBUSY"
        return errno.errorcode.get(error.errno or 0, "")
    if isinstance(error, UnicodeError):
        return "EILSEQ"
    # A path that no system takes.
    return "EINVAL" if isinstance(error, ValueError) else ""
