"""Text of a rule -> tree of nodes; anything the language lacks is an error with its column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from criteria.errors import ErrorCode, Message
from criteria.rules.tree import (
    COMPARISONS,
    FUNCTIONS,
    And,
    Arithmetic,
    AtLeast,
    Call,
    Choose,
    Compare,
    In,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Rated,
    Text,
    Truth,
)

MOST_CHARACTERS: Final = 2_000
MOST_TOKENS: Final = 400
MOST_DEPTH: Final = 40
"""An edition may come from a stranger's file: a rule must not exhaust the stack."""

WORDS: Final = frozenset({"and", "or", "not", "in", "if", "else", "true", "false"})
NAME: Final = re.compile(r"[a-z][a-z0-9_]*")

_TOKEN: Final = re.compile(
    r"""(?u:\s*)(?:
        (?P<number>\d{1,15}(?:\.\d{1,10})?(?![\w.]))
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<text>'[^'"\n]*'|"[^'"\n]*")
      | (?P<sign><=|>=|==|!=|[<>+\-*/(),])
    )""",
    re.VERBOSE | re.ASCII,
)


class RuleSyntaxError(Exception):
    """A text that is not a rule.

    Attributes:
        column: Where the trouble begins, from 1.
        message: What is wrong there, for whoever edits the edition.
    """

    def __init__(self, column: int, code: ErrorCode, /, **context: object) -> None:
        """Hold the place and the sentence."""
        super().__init__(code.name)
        self.column = column
        self.message = Message(code, context)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


def _tokens(text: str) -> list[_Token]:
    if len(text) > MOST_CHARACTERS:
        raise RuleSyntaxError(1, ErrorCode.RULE_TOO_LONG, most=MOST_CHARACTERS, parts=MOST_TOKENS)
    found: list[_Token] = []
    place = 0
    end = len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            start = place + len(text[place:]) - len(text[place:].lstrip())
            raise RuleSyntaxError(
                start + 1, ErrorCode.RULE_CHARACTER, character=text[start : start + 12].split()[0]
            )
        kind = match.lastgroup
        found.append(_Token(kind, match.group(kind), match.start(kind) + 1))
        place = match.end()
        if len(found) > MOST_TOKENS:
            raise RuleSyntaxError(
                1, ErrorCode.RULE_TOO_LONG, most=MOST_CHARACTERS, parts=MOST_TOKENS
            )
    found.append(_Token("end", "", end + 1))
    return found


class _Parser:
    """Recursive descent over the tokens of one rule."""

    def __init__(self, text: str) -> None:
        self._list = _tokens(text)
        self._next = 0
        self._depth = 0

    def rule(self) -> Node:
        node = self._expression()
        token = self._peek
        if token.kind != "end":
            raise RuleSyntaxError(token.column, ErrorCode.RULE_UNEXPECTED, text=token.text)
        return node

    @property
    def _peek(self) -> _Token:
        return self._list[self._next]

    def _take(self, *texts: str) -> _Token | None:
        token = self._peek
        if token.kind in ("name", "sign") and token.text in texts:
            self._next += 1
            return token
        return None

    def _expect(self, text: str) -> _Token:
        token = self._take(text)
        if token is None:
            raise RuleSyntaxError(self._peek.column, ErrorCode.RULE_EXPECTED, expected=text)
        return token

    def _expression(self) -> Node:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise RuleSyntaxError(self._peek.column, ErrorCode.RULE_TOO_DEEP, most=MOST_DEPTH)
        then = self._or()
        token = self._take("if")
        if token is not None:
            condition = self._or()
            self._expect("else")
            then = Choose(token.column, condition, then, self._expression())
        self._depth -= 1
        return then

    def _or(self) -> Node:
        items = [self._and()]
        while self._take("or"):
            items.append(self._and())
        return items[0] if len(items) == 1 else Or(items[0].column, tuple(items))

    def _and(self) -> Node:
        items = [self._not()]
        while self._take("and"):
            items.append(self._not())
        if len(items) == 1:
            return items[0]
        # A chained comparison is an And already: keep one level, so that it reads well.
        flat = [part for item in items for part in (item.items if type(item) is And else (item,))]
        return And(items[0].column, tuple(flat))

    def _not(self) -> Node:
        token = self._take("not")
        if token is None:
            return self._comparison()
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise RuleSyntaxError(token.column, ErrorCode.RULE_TOO_DEEP, most=MOST_DEPTH)
        item = self._not()
        self._depth -= 1
        return Not(token.column, item)

    def _comparison(self) -> Node:
        left = self._sum()
        negated = None
        if self._peek.text == "not" and self._list[self._next + 1].text == "in":
            negated = self._take("not")
        if token := self._take("in"):
            held: Node = In(left.column, left, self._options(token))
            return Not(negated.column, held) if negated else held
        links: list[Node] = []
        while token := self._take(*COMPARISONS):
            right = self._sum()
            links.append(Compare(left.column, token.text, left, right))
            left = right
        if not links:
            return left
        return links[0] if len(links) == 1 else And(links[0].column, tuple(links))

    def _options(self, token: _Token) -> tuple[Text, ...]:
        self._expect("(")
        options: list[Text] = []
        while self._peek.kind == "text":
            taken = self._peek
            self._next += 1
            options.append(Text(taken.column, taken.text[1:-1]))
            if not self._take(","):
                break
        self._expect(")")
        if not options:
            raise RuleSyntaxError(token.column, ErrorCode.RULE_EMPTY_LIST)
        return tuple(options)

    def _sum(self) -> Node:
        left = self._product()
        while token := self._take("+", "-"):
            left = Arithmetic(left.column, token.text, left, self._product())
        return left

    def _product(self) -> Node:
        left = self._sign()
        while token := self._take("*", "/"):
            left = Arithmetic(left.column, token.text, left, self._sign())
        return left

    def _sign(self) -> Node:
        if token := self._take("-"):
            item = self._atom()
            return Negative(token.column, item)
        return self._atom()

    def _atom(self) -> Node:
        token = self._peek
        self._next += token.kind != "end"
        match token.kind:
            case "number":
                return Number(token.column, Decimal(token.text))
            case "text":
                return Text(token.column, token.text[1:-1])
            case "name" if token.text in ("true", "false"):
                return Truth(token.column, token.text == "true")
            case "name" if token.text not in WORDS:
                if self._peek.text == "(":
                    return self._call(token)
                if NAME.fullmatch(token.text):
                    return Name(token.column, token.text)
                raise RuleSyntaxError(token.column, ErrorCode.RULE_BAD_NAME, name=token.text)
            case "sign" if token.text == "(":
                node = self._expression()
                self._expect(")")
                return node
            case "end":
                raise RuleSyntaxError(token.column, ErrorCode.RULE_ENDS_EARLY)
        raise RuleSyntaxError(token.column, ErrorCode.RULE_UNEXPECTED, text=token.text)

    def _call(self, name: _Token) -> Node:
        self._expect("(")
        arguments: list[Node] = []
        if not self._take(")"):
            arguments.append(self._expression())
            while self._take(","):
                arguments.append(self._expression())
            self._expect(")")
        if name.text == "at_least":
            return self._at_least(name, arguments)
        if name.text == "rated":
            return self._rated(name, arguments)
        if name.text not in FUNCTIONS:
            raise RuleSyntaxError(
                name.column,
                ErrorCode.RULE_FUNCTION,
                name=name.text,
                known=", ".join([*FUNCTIONS, "at_least", "rated"]),
            )
        wanted = FUNCTIONS[name.text][1]
        if not arguments or (wanted is not None and len(arguments) != wanted):
            raise RuleSyntaxError(
                name.column, ErrorCode.RULE_ARGUMENTS, name=name.text, given=len(arguments)
            )
        return Call(name.column, name.text, tuple(arguments))

    def _at_least(self, name: _Token, arguments: list[Node]) -> Node:
        first = arguments[0] if arguments else None
        if (
            not isinstance(first, Number)
            or first.number != first.number.to_integral_value()
            or not 1 <= first.number <= len(arguments) - 1
        ):
            raise RuleSyntaxError(name.column, ErrorCode.RULE_AT_LEAST)
        return AtLeast(name.column, int(first.number), tuple(arguments[1:]))

    def _rated(self, name: _Token, arguments: list[Node]) -> Node:
        texts = [argument.text for argument in arguments if isinstance(argument, Text)]
        if len(texts) != len(arguments) or len(texts) < 2:
            raise RuleSyntaxError(name.column, ErrorCode.RULE_RATED)
        return Rated(name.column, texts[0], tuple(texts[1:]))


@lru_cache(maxsize=512)
def parse(text: str) -> Node:
    """Parse a rule; half of those of an edition say the same as another one.

    Raises:
        RuleSyntaxError: The text is not in the language; the column says where.
    """
    return _Parser(text).rule()
