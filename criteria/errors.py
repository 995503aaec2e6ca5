"""What can go wrong, as sentences for the person who meets it.

Each code has one sentence that says where, what and what to do. The code is
stable and may be looked up or tested; the words may improve at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from criteria.language import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class ErrorCode(Enum):
    """One sentence per code; placeholders are filled when it is raised."""

    CONFLICT_NEEDS_REASON = N_(
        '{key}: different values stand here. State the right one with --reason "…": it takes the '
        "place of what you stated yourself; between several people only the office settles."
    )
    CRITERION_UNKNOWN = N_("{code}: there is no such criterion. The criteria are: {known}.")
    # Data files that an office edits: editions and profiles.
    DATA_BROKEN = N_("{path}: this file cannot be used yet; mend the following in it.")
    DATA_EMPTY = N_("“{key}” is empty.")
    DATA_COMMA = N_("{path}, line {line}: numbers take a point in this file: {mended}, not {text}.")
    DATA_FINDING = N_("{finding}")
    DATA_KEY_MISSING = N_("“{key}” is missing.")
    DATA_KEY_UNKNOWN = N_("“{key}” is not known here. Is it misspelt?")
    DATA_MISSING = N_("{path}: there is no such file. Check the path.")
    DATA_NOT_DAY = N_(
        "“{key}”: “{text}” is not a day. Write it like 2026-12-05, without quotation marks."
    )
    DATA_NOT_ONE_OF = N_("“{text}” is not allowed here. Allowed: {known}.")
    DATA_NOT_TOML = N_(
        "{path}, line {line}, column {column}: the file cannot be read from here on. Is a "
        "quotation mark, an equals sign or a bracket missing, or is the same line there twice?"
    )
    DATA_NOT_UTF8 = N_(
        "{path}: the letters cannot be read. Save the file again with the encoding UTF-8 "
        "(Notepad: Save as, Encoding UTF-8)."
    )
    DATA_PATTERN = N_(
        "“{text}” is not allowed for “{key}”: use only letters, digits, _ or - as in the others."
    )
    DATA_TOO_DEEP = N_("“{key}”: brackets are nested too deep here.")
    DATA_TOO_LONG = N_("“{key}” is too long; at most {limit} letters or entries are allowed.")
    DATA_TOML_END = N_(
        "{path}: the file ends too early. Is a quotation mark or a bracket missing somewhere?"
    )
    DATA_TOO_LARGE = N_("{path}: the file is larger than {most} MB; no edition or profile is.")
    DATA_UNREADABLE = N_("{path}: the file cannot be read ({reason}).")
    DATA_WRONG_TYPE = N_("“{key}”: “{text}” does not fit here.")
    # What lint finds in an edition.
    LINT_ALWAYS_MET = N_(
        "No case was found in which this criterion is not met; its rule asks for nothing."
    )
    LINT_ASK_IF_MISSING = N_("“otherwise” has no effect without “ask_if”.")
    LINT_CHOICES = N_("“choices” must be given for the type choice, and only there.")
    LINT_COSTS = N_(
        "Give either cost lines or the reason for none (“no_cost”), not both or neither."
    )
    LINT_DUPLICATE = N_("“{key}” is used twice; each code and key may name one thing only.")
    LINT_EVIDENCE = N_("No evidence is named.")
    LINT_FOR_RECORD_READ = N_(
        "“{key}” is marked for_record, but a rule reads it. Take the mark away."
    )
    LINT_LIMITS = N_("“min” is above “max”.")
    LINT_LIMITS_TYPE = N_("“min” and “max” are for the types int and num only.")
    LINT_NEVER_MET = N_(
        "No case was found in which this criterion is met, on all limits of its values. "
        "Is a condition the wrong way round?"
    )
    LINT_NO_CRITERIA = N_("The group “{code}” has no criteria.")
    LINT_OTHERWISE_MISSING = N_(
        "“{key}” is read by a rule but not always asked: say with “otherwise” what is read then."
    )
    LINT_PHRASE_TOO_LONG = N_(
        "“{text}” has {length} letters; a phrase to choose has at most {limit}."
    )
    LINT_PHRASE_TWICE = N_("“{text}” stands in this list twice.")
    LINT_PHRASES_TYPE = N_("“phrases” are for the type text only; elsewhere nothing offers them.")
    LINT_SHORT_TOO_LONG = N_(
        "“{text}” has {length} letters; at most {limit} fit the head of a column."
    )
    LINT_SOURCE = N_("No source is named.")
    LINT_UNKNOWN_GROUP = N_("There is no group “{code}”.")
    LINT_UNKNOWN_ITEM = N_("There is no item “{key}” among [[items]].")
    LINT_UNTRANSLATED = N_("The English text is the same as the Vietnamese one: “{text}”.")
    LINT_UNUSED = N_("Nothing reads “{key}”. Mark it for_record = true, or remove it.")
    LINT_UNUSED_NAME = N_("Nothing reads “{key}”. Remove it, or use it in a rule.")
    LINT_UNUSED_ITEM = N_("No cost line uses the item “{key}”.")
    LINT_USUAL = N_(
        "“usual” is a lesser and a greater number between “min” and “max”, as in usual = [1, 60], "
        "for the types int and num only."
    )
    # The made-up round.
    DEMO_FOLDER = N_("{path}: this folder cannot be made ({reason}). Name another one.")
    DEMO_NOT_FOLDER = N_("{path}: this is a file. Name a folder; it is made if it is missing.")
    # Audit files.
    AUDITOR_UNKNOWN = N_(
        "The auditor of this machine is not known yet. Say who you are: "
        'readiness whoami --name "Nguyễn Văn A" --unit "…" --title "…"'
    )
    FILE_ALTERED = N_(
        "{path}: this file was altered: “{name}” in it is not what this program makes. It is not "
        "opened, because it might swallow what you state. Ask the office for a sound copy."
    )
    FILE_BUSY = N_(
        "{path}: this file is open in the app, or another command is writing to it. Close it there "
        "(Ctrl+Q in the app, also in a forgotten window), then try again. Nothing was changed."
    )
    FILE_CANNOT_OPEN = N_(
        "{path}: the file cannot be opened. Check that the drive is still there and that you may "
        "write to its folder."
    )
    FILE_DAMAGED = N_(
        "{path}: this audit file is damaged. Keep it as it is, and open the last good copy; then "
        "ask the office to rescue what is in it."
    )
    FILE_DISK_FULL = N_(
        "{path}: the disk is full. Free some space and try again. Nothing was changed."
    )
    FILE_EXISTS = N_(
        "{path}: there is a file already. Choose another name; nothing is overwritten."
    )
    FILE_FOLDER_MISSING = N_(
        "{path}: there is no folder {folder}. Make it first, or choose another."
    )
    FILE_IS_FOLDER = N_("{path}: this is a folder, not an audit file. Name the file in it.")
    FILE_MISSING = N_("{path}: there is no such file. Check the path, and whether the stick is in.")
    FILE_NEWER = N_(
        "{path}: this file was made by a newer version of the program (format {version}; this one "
        "knows {known}). Update the program and open it again. Nothing was changed."
    )
    FILE_NONE_CHOSEN = N_(
        "No audit file is chosen. Name one with --file PATH or READINESS_FILE, begin a round with "
        "“readiness round new”, or try the made-up round: readiness demo"
    )
    FILE_NOT_AUDIT = N_(
        "{path}: this is not an audit file of this program. Check that the right file is named."
    )
    FILE_NO_ROUND = N_("{path}: there is no complete round in this file: {missing} is missing.")
    FILE_READ_ONLY = N_(
        "{path}: this file or its folder is read-only. Copy the file to your own folder, or take "
        "the write protection away. Nothing was changed."
    )
    FILE_NOT_FOR_WORK = N_(
        "{path}: this is a file to be taken in ({kind}), and nobody works in it. Take it into the "
        "working file of its round: readiness merge {path}. Nothing was changed."
    )
    FILE_TROUBLE = N_("{path}: the system refused ({reason}). Nothing was changed.")
    PACKAGE_DIFFERS = N_(
        "{path}: what was written cannot be read back as it was. The stick or disk may be worn: "
        "use another one."
    )
    SEND_NOTHING = N_(
        "Nothing of yours is in this file yet, so there is nothing to hand in. Name communes to "
        "hand in what others stated there."
    )
    SEND_FORMER_KEY = N_(
        "{communes}: what you recorded there earlier was made with your former key {key}, and "
        "this machine cannot seal it any more. Put a copy of the former key back; or give the "
        "office this file itself, {path}: it takes it in with a warning."
    )
    ASSIGN_NOBODY = N_(
        "Nothing is assigned to {name} yet. Say what: --communes, --cluster or --table."
    )
    ASSIGN_NONE = N_(
        "Nothing is assigned to anybody yet. Assign first, with --auditor NAME and --communes."
    )
    ASSIGN_WHO = N_(
        "Say to whom: --auditor NAME with --out FILE; or with --all one file each, with --out "
        "FOLDER."
    )
    AS_OF_FUTURE = N_("{day} has not come yet. Name today ({today}) or a day before it.")
    AS_OF_TOO_EARLY = N_("The round was not there yet ({when}). Name a later day.")
    AS_OF_UNKNOWN = N_(
        "“{text}” is neither a close of this round nor a day like 20/11/2026. Closes: {known}."
    )
    CLOSE_NAME_LONG = N_("The name of a close has at most {limit} letters.")
    CLOSE_NAME_USED = N_(
        "This round was closed under the name “{name}” already ({moment}). Choose another name; "
        "what was closed stays as it was."
    )
    CLOSE_NAME_WRONG = N_(
        "“{name}” cannot be the name of a close: it is empty, or could be read as a day. Write "
        "for example “Chốt lần 1”."
    )
    CLUSTER_FORM = N_(
        "“{text}”: write the commune and its cluster as CODE=NAME; nothing after the equals sign "
        "takes it out of its cluster."
    )
    CLUSTER_UNKNOWN = N_("There is no cluster “{name}”. The clusters are: {known}.")
    COMPARE_FILES = N_("Name two files; or one file and a point in time of it: --from CLOSE|DATE.")
    ROUND_NOT_SEALED = N_(
        "{path}: the round in this file is not sealed with the key of who opened it. Ask the "
        "office for the file anew."
    )
    FILE_TWO_ROUNDS = N_(
        "{path}: this file holds records of two rounds. One file keeps one round; ask the office."
    )
    HOME_UNKNOWN = N_(
        "The system does not say where your own folder is. Name one with READINESS_HOME."
    )
    HOME_NOT_WRITABLE = N_(
        "{path}: your own settings folder cannot be written ({reason}). Choose another one with "
        "READINESS_HOME."
    )
    KEY_BROKEN = N_(
        "{path}: the auditor's key cannot be read. Put back a copy of it; or move this file away, "
        "and a new key is made, which the office must then be told."
    )
    KEY_NEW = N_(
        "The key of {name} is not on this machine any more, so a new one was made: {key} (before: "
        "{former}). Tell the office this new key. What was recorded with the former key cannot be "
        "sealed with it; should a copy turn up, put it back, and the former key holds again. If "
        "you are the office of a round yourself, put the copy from your backup back; without one, "
        "go on where another key of the office is."
    )
    # Records that are kept but say nothing this program can use.
    RECORD_FIELD_UNKNOWN = N_("Record {id} speaks of “{key}”, which this edition does not know.")
    RECORD_NEWER = N_("Record {id} was written by a newer version; it is kept, not interpreted.")
    RECORD_NOT_SEALED = N_(
        "Record {id} about “{key}” names a key of the office, which has not sealed it: it is kept, "
        "but has no effect."
    )
    RECORD_NOT_OFFICE = N_(
        "Record {id} speaks for the office without its key; it is kept, without effect."
    )
    RECORD_OTHER_ROUND = N_("Record {id} belongs to another round; it is kept, not counted.")
    RECORD_PURGE_NOT_OWN = N_(
        "Record {id} says that something attached to “{key}” was purged, but neither whoever "
        "attached it nor the office has sealed that: it is kept, without effect."
    )
    RECORD_UNREADABLE = N_("Record {id} cannot be read; it is kept, not counted.")
    RECORD_VALUE = N_("Record {id} holds a value that does not fit “{key}”; it is not counted.")
    # Rules of an edition: whoever reads these edits a TOML file in Notepad.
    RULE_ARGUMENTS = N_(
        "{name}(…) was given {given} values. min and max take one or more, ceil and floor take one."
    )
    RULE_AT_LEAST = N_(
        "at_least must begin with a whole number, then list at least that many conditions: "
        "at_least(2, a, b, c)."
    )
    RULE_BAD_NAME = N_(
        "“{name}” is not a name: names are written in small letters, digits and _, like pc_working."
    )
    RULE_CHARACTER = N_("“{character}” does not belong to the rule language.")
    RULE_CHOICE = N_("“{text}” is not one of the choices here: {known}.")
    RULE_CYCLE = N_("These refer to one another in a circle: {circle}. Break the circle.")
    RULE_EMPTY_LIST = N_("After “in” there must be a list of choices: in ('a', 'b').")
    RULE_ENDS_EARLY = N_("The rule ends too early; something is missing here.")
    RULE_EXPECTED = N_("“{expected}” is missing here.")
    RULE_FUNCTION = N_("There is no function “{name}”. Known: {known}.")
    RULE_NO_ORDER = N_("Only numbers and days have an order; here is {kind}. Use == or !=.")
    RULE_RATED = N_(
        "rated must name a criterion and one or more ratings: rated('VC-01', 'met', 'partly_met')."
    )
    RULE_THOUSANDS = N_(
        "“{text}” has a point, which begins the decimals in a rule. If {plain} is meant, write "
        "{plain}."
    )
    RULE_TOO_DEEP = N_(
        "Brackets are nested more than {most} deep. Split the rule with [[derived]]."
    )
    RULE_TOO_LONG = N_(
        "The rule has more than {most} characters or {parts} names, numbers and signs. Split it "
        "with [[derived]]."
    )
    RULE_TOO_TANGLED = N_(
        "This rule, with all that it refers to, is too large to be followed. Make it simpler."
    )
    RULE_TYPE = N_("Here is {found}, but {expected} is needed.")
    RULE_UNEXPECTED = N_("“{text}” cannot stand here.")
    RULE_UNKNOWN_CRITERION = N_("There is no criterion “{code}” in this edition.")
    RULE_UNKNOWN_NAME = N_(
        "“{name}” is not a parameter, measure, derived value or switch of this edition."
    )
    RULE_UNKNOWN_RATING = N_("“{rating}” is not a rating. Known: {known}.")
    # What recomputing a file finds.
    VERIFY_BLOB = N_(
        "What is attached as {sha256} is not what was attached: its bytes no longer fit."
    )
    VERIFY_BLOB_MISSING = N_(
        "“{name}”, attached to {code} of {commune}, is not in this file. Ask {author} for theirs."
    )
    VERIFY_FORK = N_(
        "The chain of writer {writer} for {commune} divides at place {sequence}: the file was "
        "copied or restored and written to in both. Nothing is lost; both are kept."
    )
    VERIFY_GAP = N_(
        "The chain of writer {writer} for {commune} goes from place {expected} on to {sequence}: "
        "records are missing. Ask for the complete file."
    )
    VERIFY_ID = N_("Record {id} was changed after it was written: its id no longer fits.")
    VERIFY_LINK = N_(
        "The chain of writer {writer} for {commune} does not continue what was before place "
        "{sequence}: a record was exchanged."
    )
    VERIFY_PAGES = N_("The file is damaged: {found}")
    VERIFY_PLACE = N_("Record {id} stands at a place that its own text contradicts.")
    VERIFY_RECEIPT_FALSE = N_(
        "A receipt for the chain of writer {writer} for {commune} is false: its key has not signed "
        "it."
    )
    VERIFY_RECEIPT_PLACE = N_(
        "The office has received the chain of writer {writer} for {commune} up to record {length}, "
        "which is not in this file: it was cut back, or restored from an older copy."
    )
    VERIFY_SEAL_FALSE = N_(
        "A seal of the chain of writer {writer} for {commune} is false: its key has not signed it."
    )
    VERIFY_SEAL_PLACE = N_(
        "The chain of writer {writer} for {commune} is sealed up to record {length}, which is not "
        "in this file: it was cut off or exchanged after sealing."
    )
    VERIFY_STRAY = N_("There are records of {code}, which is no commune of this round.")
    # What vetting a file from outside refuses.
    VET_ALTERED = N_(
        "{path}: this file was altered, or another program made it: “{name}” in it is not what "
        "this program makes. Nothing of it is taken in. Ask its sender to hand in again."
    )
    VET_CHANGED = N_(
        "{path}: record {id} of {commune} was changed after it was written; its id no longer fits. "
        "Nothing of this file is taken in. Ask its author for the file as it was."
    )
    VET_CUT = N_(
        "{path}: the end of this file is missing; it was not copied or sent to the end. Copy it "
        "again, or ask its sender to send it again."
    )
    VET_DAMAGED = N_(
        "{path}: this file is damaged. Nothing of it is taken in. Copy it again, or ask its sender "
        "to hand in again."
    )
    VET_EMPTY = N_("{path}: there is no record in this file.")
    VET_GAP = N_(
        "{path}: a chain of {commune} goes from record {expected} on to {sequence}: records are "
        "missing. Nothing of this file is taken in. Ask its sender to send it again with "
        "“readiness send”."
    )
    VET_JOURNAL = N_(
        "{path}: what lies beside this file (…-journal) does not belong to it. Ask its sender to "
        "hand in with “readiness send” instead of copying the working file."
    )
    VET_LINK = N_(
        "{path}: record {sequence} of a chain of {commune} does not continue the one before it: a "
        "record was exchanged. Nothing of this file is taken in."
    )
    VET_NO_ROOM = N_("{path}: there is no room on this machine’s disk to look into this file.")
    VET_PLACE = N_(
        "{path}: record {sequence} of a chain of {commune} stands at a place that its own text "
        "contradicts. Nothing of this file is taken in."
    )
    VET_RECORD = N_(
        "{path}: record {sequence} of a chain of {commune} is not one that this program writes. "
        "Nothing of this file is taken in."
    )
    VET_SEAL_BEYOND = N_(
        "{path}: records of {commune} are missing: {missing} of {length} that were sealed or "
        "received were cut off afterwards. Ask its sender for the whole file."
    )
    VET_SEAL_FALSE = N_(
        "{path}: a seal or receipt of {commune} is false: its key has not signed it. Nothing of "
        "this file is taken in."
    )
    VET_SEAL_OTHER = N_(
        "{path}: record {length} of {commune} is not the one that was sealed or received. Nothing "
        "of this file is taken in."
    )
    TEMPORARY_FOLDER = N_(
        "The folder for temporary files cannot be used ({reason}). Free some room there, or set "
        "the variable TMPDIR (on Windows: TEMP) to a folder that can be written to."
    )
    VET_TOO_LARGE = N_("{path}: this file is larger than any audit file can be.")
    VET_TOO_MUCH = N_(
        "{path}: something in this file is larger, deeper or more than this program ever writes. "
        "Nothing of it is taken in."
    )
    VET_TOO_SLOW = N_(
        "{path}: looking into this file takes longer than any sound file does. Nothing of it is "
        "taken in."
    )
    VET_UNREADABLE = N_("{path}: this cannot be read ({reason}). Copy it again from its source.")
    # What vetting finds that stops nothing.
    VET_BLOB_FALSE = N_(
        "{piece}: what is in this file is not what was attached (SHA-256 {sha256}): it was "
        "changed or damaged. Its bytes are not taken in. Ask for the file again."
    )
    VET_BLOB_LARGE = N_(
        "{piece}: this is too large (SHA-256 {sha256}); its bytes are not taken in."
    )
    VET_BLOB_MISSING = N_(
        "Photos or files that the records name, but that are not in this file ({count}): {pieces}."
    )
    VET_BLOB_UNNAMED = N_(
        "Photos or files that no record names, and that are not taken in: {count}."
    )
    VET_KIND = N_("Records of the unknown kind “{kind}”, kept without effect: {count}.")
    VET_MORE = N_("… and {count} more such remarks.")
    VET_NEWER = N_(
        "This file is from a newer version of the program. Its records are kept; what this version "
        "does not know is not interpreted. Update the program."
    )
    VET_NO_ROUND = N_("What opened the round is not in this file.")
    VET_OLDER = N_(
        "This file is from an older version of the program; what that version did not keep is "
        "missing."
    )
    VET_RAW_COPY = N_(
        "This is a raw copy of a working file, not a hand-in: nobody says that it is complete, and "
        "what was stated after the copying is missing."
    )
    VET_RECORDS_NEWER = N_("Records written by a newer version, kept but not interpreted: {count}.")
    VET_SEAL_STRANGE = N_(
        "Seals by keys that stated nothing in the chain, and that are not taken in: {count}."
    )
    VET_SEALED_BY_OTHER = N_(
        "{commune}: what {author} stated is sealed by {sealed_by} only, not by {author}."
    )
    VET_UNSEALED = N_("Records that are not sealed: {count}.")
    VET_WHILE_WRITTEN = N_(
        "This file was copied while it was being written, or after a power cut. What was not "
        "completed then is missing."
    )
    # Files, folders and zips that are to be taken in.
    ENVELOPE_BROKEN = N_("{path}: this encrypted file is damaged. Ask its sender to send it again.")
    ENVELOPE_KEY = N_(
        "“{text}” is no key to encrypt for. Give the public key of the office: 64 digits and "
        "letters as “readiness whoami” shows them, or one that begins with age1 or ssh-ed25519."
    )
    ENVELOPE_NO_PROGRAM = N_(
        "{path}: this is an encrypted file, for which the optional part “age” of this program is "
        "missing (pyrage). Install commune-readiness[age], or decrypt it with the program age."
    )
    ENVELOPE_NOT_FOR_US = N_(
        "{path}: this file was encrypted for somebody else; the key of this machine does not open "
        "it. Ask its sender to encrypt it for this office."
    )
    FOLDER_NOTHING = N_("{path}: there is no audit file in this folder.")
    INTAKE_OTHERS = N_("In the same place, no audit files and not taken in: {names}")
    INTAKE_OTHERS_MORE = N_(
        "In the same place, no audit files and not taken in: {names} and {count} more"
    )
    INTAKE_TOO_MANY = N_(
        "{path}: there are too many files or folders here to be looked through. Name the folder "
        "in which the audit files are."
    )
    ZIP_BROKEN = N_("{path}: this zip is damaged. Copy it again, or ask its sender for another.")
    ZIP_ENCRYPTED = N_(
        "{path}: this is locked with a password. Ask its sender to send it without one."
    )
    ZIP_NOTHING = N_("{path}: there is no audit file in this zip.")
    ZIP_TOO_DEEP = N_("{path}: a zip in a zip in a zip is not looked into. Unpack it first.")
    ZIP_TOO_MUCH = N_(
        "{path}: what is packed in this zip is too large or too many for a zip of audit files. "
        "Nothing of it is taken in."
    )
    # Taking in what others recorded.
    BATCH_NOTHING = N_(
        "{id}: nothing is left that only this batch has brought, so there is nothing to take back."
    )
    BATCH_NOT_OFFICE = N_(
        "Only the office that opened this round takes a batch back; the key of this machine is "
        "another."
    )
    BATCH_SHARED = N_(
        "{id}: nothing is left that only this batch has brought; the same records came also with: "
        "{others}. What several brought is taken back only with all of them: {command} --reason …"
    )
    BATCH_UNDONE = N_("{id}: this batch was taken back already, by {author}: {reason}")
    BATCH_UNKNOWN = N_(
        "“{text}”: there is no such batch, or several begin so. They are listed by: readiness "
        "batch list"
    )
    CHAIN_CUT_BACK = N_(
        "{commune}: a chain of this file ends at record {length}, but {received} were received "
        "before (writer {writer}). Was an old copy restored? Nothing is lost here; ask the sender "
        "to look."
    )
    CLOCK_BACKWARDS = N_(
        "The clock of {author}'s machine went back: after {before} it showed {after}."
    )
    CLOCK_EARLY = N_(
        "Records claim to be from before the round was opened on {day}: the earliest is of "
        "{moment}, by {author}. Was that machine's clock wrong?"
    )
    CLOCK_LATE = N_(
        "A record by {author} claims to be of {moment}, but this machine's clock shows {now}. One "
        "of the two clocks is wrong; look at this one first."
    )
    KEY_REVOKED = N_("Sealed with the key {key} of {name}, which the office has revoked.")
    KEY_UNKNOWN = N_(
        "Sealed with the key {key} (“{name}”), which the office does not know. Compare the key "
        "with its owner, then: readiness roster add"
    )
    MERGE_AGREEMENT = N_("{commune}: several people found the same: {subjects}.")
    MERGE_CONFLICT = N_("{commune}: contradicts what stood there: {subjects}.")
    MERGE_KEY_NEEDED = N_(
        "{path}: not every chain is sealed to its end by an auditor whom the office knows "
        "({communes}). Have it handed in with “readiness send”, and the key added with “readiness "
        "roster add”. Nothing of this file is taken in."
    )
    MERGE_OTHER_ROUND = N_(
        "{path}: this file belongs to another round ({other}) than “{title}” ({id}). Take it in "
        "with --file of its own round. Nothing of it is taken in here."
    )
    MERGE_REOPENED = N_("{commune}: what was settled is open again: {subjects}.")
    MERGE_SAME_FILE = N_("This very file was taken in before, as {source}, {moment}.")
    MERGE_TAKEN_BACK = N_(
        "Records of it that stay without effect, because their batch {id} was taken back by "
        "{author}, {moment} ({reason}): {count}. Merging does not revive them. Whoever needs these "
        "values states them again; they are in “readiness history”."
    )
    MERGE_TOO_MUCH = N_(
        "{path}: with this file there would be more records, seals or receipts here than an audit "
        "file may hold. Nothing of it is taken in."
    )
    MERGE_STOPPED = N_(
        "Taken in before that, each one whole: {count} files. Merge again to go on; what is here "
        "already does no harm."
    )
    QUARANTINE_FAILED = N_("{folder}: no copy of the refused file could be put here ({reason}).")
    QUARANTINE_TOO_LARGE = N_("{folder}: the refused file is too large to be copied here.")
    # Anything else.
    CRASH = N_(
        "Something unforeseen happened and the program stopped. What was saved before is safe: "
        "each field is saved as soon as it is left. Start the program again to go on. If it "
        "happens again, send this file to whoever looks after the program, with what “readiness "
        "doctor” shows; it holds no names and nothing you entered: {path}"
    )
    OUTPUT_LOST = N_("The result could not be shown. What was saved is safe.")
    INTERRUPTED = N_("Stopped. What was saved before is safe.")
    SEARCH_EMPTY = N_("{text}: no commune has this name, code or former name.")
    # Tables from outside.
    TABLE_BROKEN = N_("{path}: this is not a CSV table. Save it again from Excel as CSV UTF-8.")
    TABLE_CELLS = N_(
        "This row has more cells than the first line (“{extra}”). Has a decimal comma cut a number "
        "in two? Put it in quotation marks, or separate the columns by semicolons."
    )
    TABLE_COLUMN = N_("{path}: there is no column “{column}”. The first line holds: {found}")
    TABLE_COMMUNE_TWICE = N_("{name} stands in the table twice.")
    TABLE_EMPTY = N_("{path}: the table is empty.")
    TABLE_ROW = N_("{path}, line {line}: {problem}")
    TABLE_TOO_LARGE = N_("{path}: the table is larger than {most} MB; split it.")
    TABLE_TWICE = N_("“{key}” of this commune stands in line {line} already, with another value.")
    # Tasks, and the workbook in which they are planned.
    TASK_BROKEN = N_(
        "{path}: this workbook cannot be read. Open it in Excel or LibreOffice and save it again "
        "as an Excel workbook (.xlsx)."
    )
    TASK_CELL = N_("cell {cell}: {problem}")
    TASK_CELL_ERROR = N_("{name}: the cell holds the error {text}. Type the value itself.")
    TASK_CELL_TEXT = N_("{name}: “{text}” does not fit here. Type it as text.")
    TASK_COLUMN_TWICE = N_(
        "{path}: the column “{name}” is on the sheet “{sheet}” twice. Delete the copy."
    )
    TASK_CONFLICT = N_(
        "{task}: different plans stand here. Settle them first: readiness resolve {commune} "
        "{criterion}/task"
    )
    TASK_DAY = N_("{name}: {day} cannot be right. Enter a day between 2000 and 2100.")
    TASK_EMPTIED = N_(
        "cell {cell}: {name}: “{text}” stood here and is gone. If it is to be taken back, import "
        "again with --clear; else export the workbook anew."
    )
    TASK_FORMULA = N_(
        "{name}: the cell holds a formula without its value. Open the file in Excel, save it, and "
        "import it again; or type the value itself."
    )
    TASK_IS_FOLDER = N_("{path}: this is a folder. Name the workbook in it.")
    TASK_LOCKED = N_(
        "{path}: this workbook is locked with a password. Open it in Excel, take the password off, "
        "and save it again."
    )
    TASK_MERGED = N_("Cells of this row are merged. Split them and fill each one.")
    TASK_MIXED = N_(
        "Commune and criterion of this row are {shown}, but it was written as {marked}: was only a "
        "part of the columns sorted or moved? Export the workbook anew and enter it again."
    )
    TASK_NOT_FILE = N_("{path}: this is not a file that can be read. Name the workbook itself.")
    TASK_NO_SHEET = N_(
        "{path}: no sheet with tasks is in this workbook. Its sheets: {found}. The tasks are on "
        "the sheet that readiness export xlsx writes."
    )
    TASK_NO_TASK = N_(
        "{task}: the rating here is “{rating}”; only what is not met or partly met is a task. Look "
        "with: readiness show {commune} --criterion {criterion}"
    )
    TASK_OTHER_ROUND = N_(
        "{path}: this workbook was made of another round. Choose the audit file of that round with "
        "--file."
    )
    TASK_OTHER_FILE = N_(
        "{task}: this row shows a plan that is not in this audit file. Take in the file from which "
        "the workbook was exported (readiness merge), then import again."
    )
    TASK_SHEETS = N_(
        "{path}: there are tasks on several sheets: {found}. Leave only the one that counts, and "
        "delete the others."
    )
    TASK_TOO_LARGE = N_(
        "{path}: the workbook is larger than any that this program makes; nothing of it is read."
    )
    TASK_TWICE = N_("{task} stands in row {row} already, with other entries. Leave one of them.")
    TASK_UNMARKED = N_(
        "cell {cell}: {name}: “{text}” is planned here already, and this row does not say what it "
        "was made from. Export the workbook anew and enter it again."
    )
    TASK_WITHOUT_CODES = N_(
        "Code of the commune or of the criterion is missing in this row. Enter both."
    )
    TASKS_NOTHING = N_("Nothing is given. Say who, by when, how far: --who, --by, --status.")
    # Stating things.
    ASSIGNMENT_FORM = N_(
        "“{text}”: write the measure and its value as NAME=VALUE, like pc_working=12."
    )
    ASSIGNMENT_TWICE = N_("“{key}” is given twice. Give it once.")
    FIELD_UNKNOWN = N_("“{key}” is not a measure or parameter of this edition.{near}")
    NOT_APPLICABLE_REFUSED = N_("{code} always applies. {note}")
    NOTE_FORM = N_("“{text}”: write the criterion and the note as CRITERION=TEXT, like EQ-01=….")
    NOTHING_STATED = N_("Nothing is stated. Give NAME=VALUE or --note CRITERION=TEXT.")
    PRICE_FORM = N_(
        "“{text}”: write the item and its price in million VND as ITEM=12,5. Items: {known}."
    )
    RATING_UNKNOWN = N_("“{text}” is not a rating. Known: {known}.")
    REASON_MISSING = N_('A reason is needed: --reason "…".')
    CHANGED_MEANWHILE = N_("Changed meanwhile: {what}. Look again, then do it once more.")
    SIGNED_NEEDS_REASON = N_(
        '{key}: the checklist of {commune} is signed already. Say why it is changed: --reason "…".'
    )
    SIGN_OFF_LONG = N_("“{text}…” is too long; a name or office has at most {limit} letters.")
    SIGN_OFF_NAMES = N_(
        "Who signs for the commune? Give their name and their office: --by and --title."
    )
    SIGN_OFF_NEEDS_REASON = N_(
        "{commune}: critical findings remain ({count}). Mend them (readiness missing {code}), or "
        'say why it is signed all the same: --reason "…". The reason stays in the record.'
    )
    SIGN_OFF_NONE = N_(
        "{commune}: you have not signed this checklist; there is nothing to withdraw. Whoever "
        "signed it can withdraw it."
    )
    UNDO_TOO_LATE = N_(
        "This cannot be undone: the same was stated anew meanwhile, or a contradiction would come "
        "back. State the right value instead."
    )
    # Rounds and profiles that must fit together.
    PROFILE_CORE_UNKNOWN = N_(
        "The profile names “{code}” as a core criterion; the edition has none such."
    )
    PROFILE_NOT_ADDRESS = N_(
        "“{key}”: “{text}” is not an address. Write a host or an address like "
        "https://dichvucong.gov.vn, without spaces, names or passwords."
    )
    DATA_NOT_BOTH = N_('“{key}” must be given in both languages, in braces: vi = "…", en = "…".')
    PROFILE_NOT_LIST = N_(
        "“{key}” must be a list in square brackets, its entries separated by commas."
    )
    DATA_NOT_NUMBER = N_(
        "“{key}”: “{text}” is not a number. Write it like 12 or 12.5, with a point."
    )
    PROFILE_NOT_PRICE = N_("“{key}” must say three things: million_vnd, standing and source.")
    PROFILE_NOT_SECTION = N_("“{key}” must be a section: write [{key}] on a line of its own.")
    DATA_NOT_TEXT = N_("“{key}”: {text} must stand in quotation marks.")
    DATA_NOT_WHOLE = N_("“{key}”: “{text}” is not a whole number. Write it like 2.")
    DATA_NOT_YES_NO = N_("“{key}”: write true or false, without quotation marks.")
    PROFILE_NUMBERING = N_(
        "“{key}” must hold {{number}} once and may hold {{suffix}}; other braces are not allowed."
    )
    PROFILE_OTHER_PROVINCE = N_(
        "{path}: this profile is for province {text}, but the round is for province {code}. "
        "Choose the right file, or take away the line “province”."
    )
    PROFILE_SWITCH_UNKNOWN = N_("The profile sets “{key}”; the edition has no such switch.")
    PROFILE_TOO_HIGH = N_("“{key}”: {text} is too high; the highest allowed is {limit}.")
    PROFILE_TOO_LONG = N_("“{key}” is too long.")
    PROFILE_TOO_LOW = N_("“{key}”: {text} is too low; the lowest allowed is {limit}.")
    PROVINCE_UNKNOWN = N_("“{text}”: there is no such province. The codes are: {known}.")
    ROUND_NOT_YOURS = N_(
        "Only the office that opened this round can amend it; the key of this machine is another."
    )
    # What only the office does: the roster, conflicts, reviews.
    COMMENT_FORM = N_("“{text}”: write a comment as CRITERION=TEXT, or parameters=TEXT.")
    COMMENT_LONG = N_("{part}: the comment is too long; at most {limit} letters are allowed.")
    OFFICE_KEY_LOST = N_(
        "Only the office of this round does this. Its key {former} was yours and is not on this "
        "machine any more: put auditor.key back from your backup of {home}. Without a copy, do it "
        "where another key of the office is; with neither, open a new round: readiness round new "
        "--previous."
    )
    OFFICE_ONLY = N_(
        "Only the office of this round does this; the key of this machine is not one of its keys."
    )
    RECEIPT_NOTHING = N_(
        "Nothing that others stated is held here yet, so there is nothing to confirm."
    )
    RESOLVE_CHANGED = N_(
        "{subject} in {commune}: other values stand there now. Look again with: readiness "
        "conflicts {code}"
    )
    RESOLVE_NOTHING = N_(
        "{subject} in {commune}: nothing contradicts there. Contradictions: {known}."
    )
    RESOLVE_OFFICE_ONLY = N_(
        "Only the office settles a contradiction. What you stated yourself you can correct with: "
        "readiness {command}"
    )
    RESOLVE_TAKE = N_(
        "“{text}”: give the number of one of the values that stand there, or the beginning of its "
        "id: {known}."
    )
    RESOLVE_USAGE = N_("Give one of --take, --value and --send-back.")
    RESOLVE_VALUE = N_("“{text}” does not fit here. Allowed: {known}.")
    REVIEW_NEEDS_REASON = N_('{commune}: {why} To accept it all the same, say why: --reason "…".')
    REVIEW_OWN = N_(
        "{commune}: you stated something there yourself ({subjects}). Whoever reviews is not the "
        "author: leave it to another person of the office."
    )
    REVIEW_SAYS_NOTHING = N_(
        'Say what is to be mended: --comment CRITERION=TEXT for each criterion, or --reason "…".'
    )
    ROSTER_AMBIGUOUS = N_("“{text}”: several keys go by that name: {known}. Give the key instead.")
    ROSTER_KEY = N_(
        "“{text}” is neither a key (64 digits, or k and 32 digits) nor a file. “readiness whoami” "
        "shows the key of a machine."
    )
    ROSTER_NAME = N_("Whose key is {key}? Say it with --name.")
    ROSTER_OFFICE_KEY = N_(
        "{key} is a key of the office itself; what it has sealed is what the round rests on, so it "
        "cannot be revoked."
    )
    ROSTER_OPENER = N_(
        "Only {name}, who opened this round, can add a key of the office: the round's id stands "
        "for that key."
    )
    ROSTER_REVOKED = N_('{key} was revoked. To admit it again, say why: --reason "…".')
    ROSTER_SEVERAL = N_("{path}: several unknown keys have sealed it: {known}. Name one of them.")
    ROSTER_NO_KEY = N_("{path}: no key that is unknown here has sealed anything in it.")
    ROSTER_UNKNOWN = N_(
        "“{text}”: no key goes by that name here. “readiness roster list” lists them."
    )
    SLIP_NOTHING = N_("No checklist is returned, so there is nothing to send back.")
    SLIP_NOT_REVIEWED = N_("{commune}: the office has not reviewed it yet: readiness review …")
    SWITCH_FORM = N_("“{text}”: write the switch as NAME=yes or NAME=no. Switches: {known}.")
    PREVIOUS_OTHER_PROVINCE = N_(
        "{path}: this is a round of province {text}, but the new one is for province {code}. "
        "Choose the file of this province's last round."
    )
    PREVIOUS_SAME_ROUND = N_(
        "{path}: this is a file of the same round. Choose the file of the round before it."
    )
    ROUND_CHOICE_GONE = N_("“{key}” lacks the choice “{choice}”, which this round already uses.")
    ROUND_CRITERION_GONE = N_("The criterion “{code}”, which this round already uses, is missing.")
    ROUND_FIELD_GONE = N_("“{key}”, which this round already uses, is missing.")
    ROUND_FIELD_TYPE = N_(
        "“{key}” has the type {before} in this round and cannot become {after}. Use a new key."
    )
    # Values typed by people.
    VALUE_AMBIGUOUS = N_(
        "{name}: “{text}” can be read as {thousands} or as {decimal}. Write it as {plain} or as "
        "{padded}."
    )
    VALUE_CHOICE = N_("{name}: “{text}” is not one of the choices: {known}.")
    VALUE_DATE = N_("{name}: “{text}” is not a day. Write day, month and year like 05/12/2026.")
    VALUE_NUMBER = N_("{name}: “{text}” is not a number. Write it like 12 or 12,5.")
    VALUE_UNREADABLE = N_("{name}: the letters cannot be read; type the value again.")
    VALUE_TOO_HIGH = N_("{name}: {text} is too high; the highest allowed is {limit}.")
    VALUE_TOO_LONG = N_("{name}: the text has {length} characters; at most {limit} are kept.")
    VALUE_TOO_LOW = N_("{name}: {text} is too low; the lowest allowed is {limit}.")
    VALUE_WHOLE = N_("{name}: “{text}” is not a whole number. Write it like 12.")
    VALUE_YES_NO = N_("{name}: “{text}” is neither yes nor no. Write yes, no, or ? for not known.")
    # Photos and files that are attached. {path} is a name as it can be shown.
    ATTACH_WHAT = N_(
        "Name the files to attach, or with --remove SHA256 what is no longer attached; not both."
    )
    EVIDENCE_ALTERED = N_(
        "{path}: what the audit file holds is not what was attached, so it is not opened. Keep the "
        "audit file as it is, and ask the office for a sound copy."
    )
    EVIDENCE_ARCHIVE = N_(
        "{path}: packed files are not kept. Unpack it and attach what is in it, piece by piece."
    )
    EVIDENCE_BROKEN = N_("{path}: the file is damaged. Save it again as PDF and attach that.")
    EVIDENCE_EMPTY = N_("{path}: the file is empty. Was it copied to the end?")
    EVIDENCE_FILM = N_("{path}: films and sound are not kept. Take a photo instead.")
    EVIDENCE_FOLDER = N_("{path}: this is a folder. Choose the files in it.")
    EVIDENCE_GONE = N_(
        "{path}: this audit file knows of it but does not hold it. Ask whoever attached it for "
        "their audit file."
    )
    EVIDENCE_IS_PURGED = N_("{path}: this was purged; nothing is left to be shown.")
    EVIDENCE_LETTERS = N_(
        "{path}: the letters of this text cannot be read. Save it again with the encoding UTF-8 "
        "(Notepad: Save as, Encoding UTF-8)."
    )
    EVIDENCE_MACROS = N_(
        "{path}: there are macros in it, and macros are programs. Save it without them as DOCX, "
        "XLSX or PDF."
    )
    EVIDENCE_NOT_ATTACHED = N_("{path}: nothing like it is attached to {code}.")
    EVIDENCE_NO_VIEWER = N_(
        "No program opened it. It lies here until you leave the program: {path}"
    )
    EVIDENCE_OLD_OFFICE = N_(
        "{path}: this form of Office, or a file with a password, is not kept. Save it as DOCX, "
        "XLSX or PDF, without a password."
    )
    EVIDENCE_PROGRAM = N_("{path}: programs are not kept. Attach a photo of the screen instead.")
    EVIDENCE_PURGED = N_(
        "{path}: this was attached before and purged. It does not come back; take another photo "
        "without what must not be seen."
    )
    EVIDENCE_PURGED_ALREADY = N_("{sha256}…: this was purged before. Nothing was changed.")
    EVIDENCE_TOO_LARGE = N_(
        "{path}: the file has {size}; at most {most} are kept. Scan it with 150 dpi, split it, or "
        "photograph the page that matters."
    )
    EVIDENCE_UNKNOWN = N_(
        "{path}: this kind of file is not kept. Kept are photos (JPEG, PNG, WebP, BMP, GIF, TIFF), "
        "PDF, DOCX, XLSX, and text (txt, csv, log). Save it as one of them."
    )
    EVIDENCE_UNREADABLE = N_(
        "{path}: the file cannot be read ({reason}). Is the stick still in? Try again."
    )
    FOLDER_UNREADABLE = N_(
        "{path}: this folder cannot be read ({reason}). Is the stick still in? Choose another one."
    )
    HASH_AMBIGUOUS = N_("{text}: several attached files begin so. Give more digits: {known}")
    HASH_FORM = N_(
        "“{text}”: give the SHA-256 of an attached file, or at least its first {least} digits; "
        "“readiness evidence COMMUNE” lists them."
    )
    HASH_UNKNOWN = N_(
        "{text}: no attached file begins so. “readiness evidence COMMUNE” lists them."
    )
    PICTURE_BROKEN = N_(
        "{path}: the picture is damaged or was not copied to the end. Copy it again from the "
        "camera, or take it anew."
    )
    PICTURE_HEIC = N_(
        "{path}: this photo is HEIC, HEIF or AVIF, whatever its name ends with; such photos are "
        "not kept. Send the photo to yourself as JPEG, and set the telephone to take JPEG: "
        "iPhone: Settings, Camera, Formats, Most Compatible; Samsung: Camera, Advanced picture "
        "options, High efficiency off."
    )
    PICTURE_NONE = N_(
        "{path}: the name is that of a picture, but what is in it is damaged or no picture at all. "
        "Look whether it opens on the camera or telephone and copy it again, or take it anew."
    )
    PICTURE_OTHER_FORM = N_(
        "{path}: the name is that of a picture, but it really is {form}, which is not kept. Open "
        "it where it comes from and save it as JPEG or PNG, or photograph what it shows."
    )
    PICTURE_SEVERAL_PAGES = N_("{path}: it has several pages. Save it as PDF and attach that.")
    PICTURE_TOO_LARGE = N_(
        "{path}: the picture has {size}; at most {most} are read. Take it with fewer pixels."
    )
    PICTURE_TOO_MANY_PIXELS = N_(
        "{path}: the picture is larger than {most} megapixels. Take it with fewer pixels, or save "
        "it smaller."
    )
    # Files that are written for a person, such as an Excel workbook.
    EXPORT_COMMUNES = N_("No commune is named. Name one or more, or give --all.")
    EXPORT_FOLDER_MISSING = N_(
        "{folder}: there is no such folder. Make it or plug in the stick, or choose another one."
    )
    EXPORT_GONE = N_("{path}: it is there no more. Was the stick pulled out?")
    EXPORT_NEEDS_FOLDER = N_(
        "{path}: minutes of several communes need a folder. Give one with --out."
    )
    EXPORT_NO_PROGRAM = N_("No program of this machine opened it. It lies here: {path}")
    WRITE_ENDING = N_("{path}: the name of this file must end in {ending}. Choose such a name.")
    WRITE_OVER_AUDIT = N_(
        "{path}: an audit file stands there. It is never overwritten; choose another name."
    )
    WRITE_BAD_NAME = N_(
        "{path}: the computer does not accept this name. Use a shorter one, without "
        '\\ / : * ? " < > | in it.'
    )
    WRITE_DISK_FULL = N_(
        "{path}: the disk is full, so nothing was written. Free some space, or save to another "
        "disk."
    )
    WRITE_FAILED = N_(
        "{path}: the file could not be written ({reason}), and nothing was changed. Is the disk "
        "still plugged in? Try again, or save elsewhere."
    )
    WRITE_FILE_NOT_FOLDER = N_(
        "{path}: this is a file. Give the name of a folder, or of a file ending in .zip."
    )
    WRITE_FOLDER_MISSING = N_(
        "{path}: there is no folder {folder}. Make it first, or save elsewhere."
    )
    WRITE_IS_FOLDER = N_("{path}: this is a folder. Give the name of a file as well.")
    WRITE_NOT_ALLOWED = N_(
        "{path}: you may not write into the folder {folder}, so nothing was changed. Save to "
        "another folder, such as Documents."
    )
    WRITE_OPEN_ELSEWHERE = N_(
        "{path}: the file that is there is open in another program, so nothing was changed. "
        "Close it in Excel and try again, or save under another name."
    )
    WRITE_NO_NAME = N_("No name is given. Say where to write.")
    WRITE_OVER_OWN_FILE = N_(
        "{path}: this file is there already and was not written by an earlier export, so nothing "
        "was changed. Choose another folder, or an empty one."
    )
    WRITE_OVER_OWN_ZIP = N_(
        "{path}: this file is there already and was not written by an earlier export, so nothing "
        "was changed. Choose another name."
    )
    WRITE_OVER_WORK = N_(
        "{path}: this file is there already and is not as the program wrote it: somebody worked in "
        "it, or it is another file. It was left as it is. Tasks typed in a workbook are read with "
        "readiness tasks import. Choose another name, or move that file away first."
    )
    WRITE_READ_ONLY = N_(
        "{path}: the file that is there is marked read-only, so nothing was changed. Take the mark "
        "away, or save under another name."
    )
    # Wiping what is kept on this machine.
    WIPE_APP_OPEN = N_(
        "The app is still open on this machine. Close it there (Ctrl+Q, also in a forgotten "
        "window), then try again. Nothing was removed."
    )
    WIPE_CHOOSE = N_(
        "Nothing was removed. Say what is to go: --file PATH for an audit file with all that "
        "belongs to it, --identity for your name and key, --all for all of the above."
    )
    WIPE_LINK = N_(
        "{path}: this is a link to another place. Name the file itself; a link is not followed. "
        "Nothing was removed."
    )
    WIPE_NO_TERMINAL = N_(
        "Nobody can be asked here, as this is no terminal. Look at the list with --dry-run; then "
        "say --yes. Nothing was removed."
    )
    # Keep the codes of one subject together, in alphabetical order of subject.
    COMMUNE_AMBIGUOUS = N_(
        "“{text}” is the name of several communes: {candidates}. Give the code instead."
    )
    COMMUNE_BROKEN = N_(
        "The list of communes is damaged at commune {commune}: “{key}” cannot be “{text}”. "
        "Ask whoever gave you the file for a new one."
    )
    COMMUNE_UNKNOWN = N_(
        "“{text}”: no commune of this round has this code or name. "
        "Search with: readiness communes {text}"
    )
    COMMUNE_UNKNOWN_NEAR = N_(
        "“{text}”: no commune of this round has this code or name today. "
        "Is one of these meant: {candidates}? Then give its code."
    )


@dataclass(frozen=True)
class Message:
    """A sentence to a person: its code, and what fills its placeholders."""

    code: ErrorCode
    context: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        """Return the sentence in the language in use."""
        return _(self.code.value).format(**self.context)


class ReadinessError(Exception):
    """An error a person can act on. Any other exception is a bug.

    Attributes:
        messages: One sentence or several, each with its code.
        status: Exit code of the command: 1 the data are refused, 2 wrong usage.
    """

    def __init__(self, code: ErrorCode, /, *, status: int = 1, **context: object) -> None:
        """Hold the sentence of ``code``, filled with ``context``."""
        super().__init__(code.name)
        self.messages: tuple[Message, ...] = (Message(code, context),)
        self.status = status

    @classmethod
    def of(cls, messages: Iterable[Message], *, status: int = 1) -> ReadinessError:
        """Return one error that says several things at once.

        Args:
            messages: At least one sentence.
            status: Exit code of the command.
        """
        listed = tuple(messages)
        error = cls(listed[0].code, status=status, **listed[0].context)
        error.messages = listed
        return error

    def __str__(self) -> str:
        """Return every sentence, one a line, in the language in use."""
        return "\n".join(str(message) for message in self.messages)
