"""Keys that come faster than the program acts go where they were meant to go."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual import events, on
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from audit.tui.type_ahead import TypeAheadApp
from audit.tui.widgets.entry import Entry

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Box(ModalScreen[str]):
    def compose(self) -> ComposeResult:
        yield Entry(id="box")

    @on(Input.Submitted)
    def _done(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value)


class Form(TypeAheadApp):
    """Enter goes on to the next line, once that has been made; F2 asks in a box."""

    BINDINGS = [("f2", "ask", ""), ("f3", "fail", "")]  # noqa: RUF012 - as Textual has it

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.answers: list[str | None] = []

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Entry(id="line-1")

    @on(Input.Submitted)
    async def _next(self) -> None:
        line = Entry(id=f"line-{len(self.query(Entry)) + 1}")
        await self.query_one(Vertical).mount(line)
        line.focus()

    def action_ask(self) -> None:
        self.push_screen(Box(), self.answers.append)

    def action_fail(self) -> None:
        raise ZeroDivisionError


async def _type(app: Form, keys: str) -> None:
    names = {"\r": "enter", "<": "backspace", "2": "f2", "3": "f3"}
    async with app.run_test() as pilot:
        for key in keys:
            app.post_message(events.Key(names.get(key, key), None if key in names else key))
        app.post_message(events.Paste("hết"))
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        app.lines = [entry.value for entry in app.query(Entry)]


def typed_at_once(keys: str) -> Form:
    """Return the form after keys and a paste that came in one burst."""
    app = Form()
    asyncio.run(_type(app, keys))
    return app


def test_what_follows_enter_goes_into_the_line_that_enter_leads_to() -> None:
    assert typed_at_once("sáu\rba<ốn\r\rmột").lines == ["sáu", "bốn", "", "mộthết"]


def test_what_follows_a_key_that_opens_a_box_goes_into_the_box_until_it_is_closed() -> None:
    form = typed_at_once("a2vì\rb2là\rc")

    assert form.answers == ["vì", "là"]
    assert form.lines == ["abchết"]


def test_an_action_that_fails_still_ends_the_program_with_its_error() -> None:
    with pytest.raises(ZeroDivisionError):
        typed_at_once("a3b")
