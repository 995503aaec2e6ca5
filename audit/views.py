"""Views for people who open a working file with ``datasette`` or ``sqlite3``.

They are never read by the program, and stand only in files that are worked in: with what
is first added to a file they are made, or made anew if they say something else; a file
that is handed in has none, nor one in which nothing was written. Their names begin with
``v_``, and a reader of the format passes over every view of such a name.

What stands in them is what was stated, with names and labels in Vietnamese. Who may
settle or take back something is not weighed here, and nothing is rated: figures for a
report come from ``readiness export``.

A record that another one replaces is found by text inside its commune, which needs no
index. With half a million records a page of answers or of the history takes a fifth of a
second, and what must see every record takes some ten seconds: datasette then needs
``--setting suggest_facets off --setting sql_time_limit_ms 30000``. A province needs neither.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import Final

PREFIX: Final = "v_"
"""Begins the name of every view of this kind."""

_PARTS: Final = {
    "<communes>": """
        select body from record
        where commune = '' and json_extract(body, '$.subject') = 'communes'
        order by json_extract(body, '$.recorded_at') desc limit 1
    """,
    "<catalogue>": """
        select body from record
        where commune = '' and json_extract(body, '$.subject') = 'catalogue'
        order by json_extract(body, '$.recorded_at') desc limit 1
    """,
    "<who>": """
    json_extract(r.body, '$.author.name') as author,
    json_extract(r.body, '$.recorded_at') as recorded_at,
    nullif(json_extract(r.body, '$.reason'), '') as reason
    """,
    "<value>": """
    case json_type(r.body, '$.value')
        when 'true' then 'có'
        when 'false' then 'không'
        when 'null' then null
        when 'object' then 'chưa rõ'
        else case
            when f.type in ('int', 'num') then cast(json_extract(r.body, '$.value') as numeric)
            when f.type = 'choice' then coalesce((
                select json_extract(c.value, '$.label.vi') from json_each(f.choices) c
                where json_extract(c.value, '$.key') = json_extract(r.body, '$.value')
            ), json_extract(r.body, '$.value'))
            else json_extract(r.body, '$.value')
        end
    end
    """,
}

_VIEWS: Final = {
    # The planner takes a list in JSON for one row and would go through all communes for each
    # record; beside a part that might be large, and is never read, it makes an index first.
    "v_communes": """
        create view v_communes as select
            cast(json_extract(c.value, '$.code') as text) as commune,
            json_extract(c.value, '$.name') as name,
            json_extract(c.value, '$.kind') as kind,
            json_extract(c.value, '$.former_district') as former_district,
            cast(json_extract(c.value, '$.latitude') as real) as latitude,
            cast(json_extract(c.value, '$.longitude') as real) as longitude
        from (<communes>) r, json_each(r.body, '$.value') c
        union all select commune, null, null, null, null, null from record where 0
    """,
    "v_criteria": """
        create view v_criteria as select
            json_extract(c.value, '$.code') as criterion,
            json_extract(c.value, '$.short.vi') as short,
            json_extract(c.value, '$.title.vi') as title,
            json_extract(c.value, '$.rule_words.vi') as rule
        from (<catalogue>) r, json_each(r.body, '$.value.criteria') c
    """,
    "v_fields": """
        create view v_fields as select
            json_extract(f.value, '$.key') as field,
            null as criterion,
            json_extract(f.value, '$.label.vi') as label,
            json_extract(f.value, '$.type') as type,
            json_extract(f.value, '$.unit.vi') as unit,
            json_extract(f.value, '$.choices') as choices
        from (<catalogue>) r, json_each(r.body, '$.value.parameters') f
        union all select
            json_extract(f.value, '$.key'),
            json_extract(c.value, '$.code'),
            json_extract(f.value, '$.label.vi'),
            json_extract(f.value, '$.type'),
            json_extract(f.value, '$.unit.vi'),
            json_extract(f.value, '$.choices')
        from (<catalogue>) r, json_each(r.body, '$.value.criteria') c,
            json_each(c.value, '$.measures') f
    """,
    # Commune by commune: the texts of all that is replaced or void there, then each record
    # whose id is not in them. Quotes inside a text are escaped in a body, so the names of
    # fields are found by their bytes; parsing all of it would take ten times as long.
    "v_current": """
        create view v_current as select r.commune, r.writer, r.sequence, r.id, r.body
        from (
            select commune, coalesce(group_concat(
                case when instr(body, '"replaces":[]') = 0
                    then json_extract(body, '$.replaces') end
            ), '') || coalesce(group_concat(
                case when instr(body, '"kind":"void"') > 0
                    then json_extract(body, '$.value.records') end
            ), '') as gone
            from record group by commune
        ) g cross join record r on r.commune = g.commune
        where instr(g.gone, r.id) = 0
    """,
    "v_answers": """
        create view v_answers as select
            r.commune, c.name, f.criterion, json_extract(r.body, '$.subject') as field,
            f.label, <value> as value, f.unit,
            case json_extract(r.body, '$.basis')
                when 'declared' then 'tự khai' else 'xác minh' end as basis,
            <who>,
            json_extract(r.body, '$.method') as method,
            r.id
        from v_current r
        left join v_communes c on c.commune = r.commune
        left join v_fields f on f.field = json_extract(r.body, '$.subject')
        where instr(r.body, '"kind":"answer"') > 0
    """,
    "v_statements": """
        create view v_statements as select
            r.commune, c.name, json_extract(r.body, '$.kind') as kind,
            json_extract(r.body, '$.subject') as subject,
            case json_extract(r.body, '$.kind')
                when 'sign_off' then json_extract(r.body, '$.value.by')
                when 'review' then json_extract(r.body, '$.value.outcome')
                when 'override' then json_extract(r.body, '$.value.rating')
                when 'evidence' then json_extract(r.body, '$.value.caption')
                when 'not_applicable' then
                    case json_type(r.body, '$.value') when 'true' then 'không áp dụng' end
                else json_extract(r.body, '$.value')
            end as said,
            <who>, r.id
        from v_current r left join v_communes c on c.commune = r.commune
        where r.commune <> '' and instr(r.body, '"kind":"answer"') = 0
    """,
    # Bodies and names are read last, for the few subjects of which more than one statement
    # stands: a list of bodies is a list in JSON.
    "v_conflicts": """
        create view v_conflicts as select
            r.commune, c.name, f.criterion, r.subject, f.label, r.statements, r.contradiction,
            r.last_recorded_at
        from (
            select commune, subject, count(*) as statements,
                group_concat(author || ': ' || said, ' ≠ ') as contradiction,
                max(recorded_at) as last_recorded_at
            from (
                select g.commune, g.subject,
                    json_extract(s.value, '$.author.name') as author,
                    json_extract(s.value, '$.recorded_at') as recorded_at,
                    coalesce(json_extract(s.value, '$.value.rating'),
                        json_extract(s.value, '$.value.outcome'),
                        case json_type(s.value, '$.value')
                            when 'true' then 'có' when 'false' then 'không' when 'null' then '–'
                            else iif(instr(s.value, '"value":{"unknown":true}') > 0, 'chưa rõ',
                                json_extract(s.value, '$.value') || '')
                        end) as said
                from (
                    select commune, subject, '[' || group_concat(body) || ']' as bodies
                    from (
                        select commune, json_extract(body, '$.subject') as subject, body
                        from v_current
                        where instr(body, '"basis":"verified"') > 0 and commune <> '' and (
                            instr(body, '"kind":"answer"') > 0
                            or instr(body, '"kind":"not_applicable"') > 0
                            or instr(body, '"kind":"override"') > 0
                            or instr(body, '"kind":"review"') > 0
                            or instr(body, '"kind":"task"') > 0)
                    )
                    group by commune, subject having count(*) > 1
                ) g, json_each(g.bodies) s
            )
            group by commune, subject having min(said) <> max(said)
        ) r
        left join v_communes c on c.commune = r.commune
        left join v_fields f on f.field = r.subject
    """,
    "v_progress": """
        create view v_progress as select
            r.commune, c.name, c.former_district, r.answers, r.not_known, r.authors,
            r.first_recorded_at, r.last_recorded_at
        from (
            select commune,
                sum(instr(body, '"value":null') = 0) as answers,
                sum(instr(body, '"value":{"unknown":true}') > 0) as not_known,
                group_concat(distinct json_extract(body, '$.author.name')) as authors,
                min(json_extract(body, '$.recorded_at')) as first_recorded_at,
                max(json_extract(body, '$.recorded_at')) as last_recorded_at
            from v_current
            where instr(body, '"kind":"answer"') > 0 and instr(body, '"basis":"verified"') > 0
            group by commune
        ) r left join v_communes c on c.commune = r.commune
    """,
    "v_history": """
        create view v_history as select
            r.commune, c.name, json_extract(r.body, '$.kind') as kind,
            json_extract(r.body, '$.subject') as subject, f.label,
            case when instr(r.body, '"kind":"answer"') > 0 then <value>
                else json_extract(r.body, '$.value') end as value,
            <who>,
            json_array_length(r.body, '$.replaces') as replaces, r.writer, r.sequence, r.id
        from record r
        left join v_communes c on c.commune = r.commune
        left join v_fields f on f.field = json_extract(r.body, '$.subject')
        where r.commune <> ''
    """,
    "v_batches": """
        create view v_batches as select
            id as batch, taken_at, source,
            json_extract(report, '$.made_by') as made_by,
            json_extract(report, '$.made_at') as made_at,
            json_extract(report, '$.check_code') as check_code,
            json_extract(report, '$.program') as program,
            (select count(*) from json_each(report, '$.new')) as communes_with_news
        from batch where json_valid(report)
    """,
}


def _filled(sql: str) -> str:
    for name, part in _PARTS.items():
        sql = sql.replace(name, part.strip())
    # As SQLite keeps it, so that a file that has it already is left alone.
    return "CREATE VIEW " + sql.strip().removeprefix("create view ")


VIEWS: Final = {name: _filled(sql) for name, sql in _VIEWS.items()}
"""Name -> statement that makes the view."""


def refresh(connection: sqlite3.Connection) -> None:
    """Make the views of a working file what this program knows.

    A file that cannot take them now stays as it is: nothing depends on them.
    """
    sql = "select name, sql from sqlite_schema where type = 'view'"
    held = {name: sql for name, sql in connection.execute(sql) if name in VIEWS}
    if held == VIEWS:
        return
    with contextlib.suppress(sqlite3.OperationalError):
        connection.execute("begin immediate")
        try:
            for name in held:
                connection.execute(f"drop view {name}")
            for sql in VIEWS.values():
                connection.execute(sql)
            connection.execute("commit")
        except BaseException:
            connection.execute("rollback")
            raise
