"""Tables and views of an audit file, and how an older file is brought up to date.

``record`` is all that counts. The rest of the tables stand beside it because they
differ by the way a file travelled. Views are for people who open a working file
with ``sqlite3`` or ``datasette``; they are dropped and made anew, never read here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import sqlite3

APPLICATION_ID: Final = 0x52444E53
"""``RDNS`` in the header of the file: marks it as ours whatever its name."""
VERSION: Final = 1
"""Version of the schema, kept as ``user_version``."""

TABLES: Final = {
    # (commune, writer, sequence) is the place in a chain; the id at its end lets two
    # records hold one place, as they do after a file was copied. With the commune first,
    # one commune is one range of the file. No other index: a hash as key costs half of
    # a large merge.
    "record": """
        create table record (
            commune text not null,
            writer text not null,
            sequence integer not null,
            id text not null,
            body text not null,
            primary key (commune, writer, sequence, id)
        ) strict, without rowid
    """,
    "blob": """
        create table blob (
            sha256 text primary key,
            size integer not null,
            media_type text not null,
            bytes blob
        ) strict
    """,
    "seal": """
        create table seal (
            commune text not null,
            writer text not null,
            length integer not null,
            last_id text not null,
            key text not null,
            signature text not null,
            sealed_at text not null,
            primary key (commune, writer, length, last_id, key)
        ) strict, without rowid
    """,
    "receipt": """
        create table receipt (
            commune text not null,
            writer text not null,
            length integer not null,
            last_id text not null,
            key text not null,
            signature text not null,
            received_at text not null,
            primary key (commune, writer, length, last_id, key)
        ) strict, without rowid
    """,
    "batch": """
        create table batch (
            id text primary key,
            source text not null,
            taken_at text not null,
            report text not null
        ) strict
    """,
    # Up to where a machine wrote its chains itself (audit.own); never handed out, and of no
    # worth to anybody without that machine's key.
    "own": """
        create table own (
            commune text not null,
            writer text not null,
            sequence integer not null,
            id text not null,
            code text not null,
            primary key (commune, writer)
        ) strict, without rowid
    """,
    "meta": """
        create table meta (
            key text primary key,
            value text not null
        ) strict
    """,
}

TRIGGERS: Final = {
    # A guard rail against a slip of the hand in another tool, not a proof.
    "record_is_never_changed": """
        create trigger record_is_never_changed before update on record
        begin select raise(abort, 'a record is never changed'); end
    """,
    "record_is_never_deleted": """
        create trigger record_is_never_deleted before delete on record
        begin select raise(abort, 'a record is never deleted'); end
    """,
}

VIEWS: Final = {
    "records": """
        create view records as select
            commune,
            json_extract(body, '$.kind') as kind,
            json_extract(body, '$.subject') as subject,
            json_extract(body, '$.basis') as basis,
            json_extract(body, '$.value') as value,
            json_extract(body, '$.method') as method,
            json_extract(body, '$.reason') as reason,
            json_extract(body, '$.author.name') as author,
            json_extract(body, '$.recorded_at') as recorded_at,
            writer, sequence, id
        from record
    """,
    "heads": """
        create view heads as select r.* from records r
        where r.id not in (
            select x.value from record later, json_each(later.body, '$.replaces') x
            union all
            select x.value from record later, json_each(later.body, '$.value.records') x
            where json_extract(later.body, '$.kind') = 'void'
        )
    """,
}


def migrate(connection: sqlite3.Connection) -> None:
    """Give a new file its tables, or bring an older one up to date.

    Each step is one transaction together with the mark that it was done.
    """
    # 90 ms to import, and needed only where a file is new or old.
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("readiness")

    @migrations()
    def first(database: Any) -> None:
        for sql in (*TABLES.values(), *TRIGGERS.values(), *VIEWS.values()):
            database.execute(sql)
        database.execute(f"pragma application_id = {APPLICATION_ID}")
        database.execute(f"pragma user_version = {VERSION}")

    migrations.apply(Database(connection, execute_plugins=False))
