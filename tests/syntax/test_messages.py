"""Every row of the table of messages is shown by its samples, and findings point at the exact place."""

from __future__ import annotations

import pytest

from symparams.errors import ParseError, Source, SymparamsError, place
from symparams.syntax.messages import BY_CODE, MESSAGES
from symparams.syntax.parse import parse, parse_expression

SAMPLES = [(message.code, sample) for message in MESSAGES for sample in message.samples]


def errors_of(text: str) -> SymparamsError:
    with pytest.raises(SymparamsError) as caught:
        parse(Source("page.sym", text))
    return caught.value


@pytest.mark.parametrize(("code", "sample"), SAMPLES, ids=[f"{code}: {sample!r}" for code, sample in SAMPLES])
def test_a_sample_shows_its_message_and_no_other(code: str, sample: str) -> None:
    assert [finding.code for finding in errors_of(sample).findings] == [code]


def test_codes_are_unique_and_every_message_has_samples_or_a_test_elsewhere() -> None:
    assert len(BY_CODE) == len(MESSAGES)
    without = {message.code for message in MESSAGES if not message.samples}
    assert without == {"expression-missing"} | {code for code in BY_CODE if code.startswith("limit-")}


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.code)
def test_sentences_are_in_lower_case_and_name_no_terminal(message: object) -> None:
    text = message.sentence + message.hint  # type: ignore[attr-defined]
    assert text[0] in "`{" or text[0].islower()
    assert not any(word in text for word in ("_NL", "INDENT", "LPAR", "token", "expected one of"))


PLACES = {
    "an unclosed bracket at its opening": ("x = f(g(1), [2)\n", 1, 15, ")"),
    "the end of a file at its last line": ("x = 1\ny =\n\n\n", 2, 4, ""),
    "a body that is missing at its header": ("x = 1\nmodule A(n):  # none\n", 2, 1, "module A(n):"),
    "a missing colon at the line's end": ("if a  # c\n    x = 1\n", 1, 5, " "),
    "a product without its sign": ("x = (1,\n  3d)\n", 2, 3, "3d"),
    "a wrong word in a page with Windows' line ends": ("x = 1\r\ny = = 2\r\n", 2, 4, " "),
    "a wrong word in a page with a byte order mark": ("\ufeffx = 1\ncheck y = 2\n", 2, 9, "="),
    "a mistake in a string's line": ("x = 'a' 3\n", 1, 5, "'a' 3"),
    "an error behind a docstring of lines": ('module A():\n    """One\n    two"""\n    a b\n', 4, 5, "a"),
}


@pytest.mark.parametrize(("text", "line", "column", "there"), PLACES.values(), ids=PLACES)
def test_a_finding_points_at_the_place(text: str, line: int, column: int, there: str) -> None:
    (finding,) = errors_of(text).findings
    assert finding.span is not None
    assert place(text, finding.span.start) == (line, column)
    assert text[slice(*finding.span)].rstrip("\n") == there


MANY = """\
module A(n):
    fc: Linear(n n)
    fd: Linear(3d, 4)
    if n = 3:
        x = 1
    fe: Linear(n, n)

x = f(1, 2
symbol d "width

module B(n)
    fc: [n]

check B.params = 3
y = (1 + 2))
"""


def test_independent_mistakes_are_reported_together() -> None:
    found = [(finding.code, place(MANY, finding.span.start)[0]) for finding in errors_of(MANY).findings if finding.span]
    assert found == [
        ("comma-missing", 2), ("product-missing", 3), ("equals", 4), ("bracket-unclosed", 8), ("string-unclosed", 9),
        ("colon-missing", 11), ("equals", 14), ("bracket-unopened", 15),
    ]  # fmt: skip


def test_an_error_is_a_small_lesson() -> None:
    assert str(errors_of("module A(d):\n    fc: Linear(3d, 4)\n")) == (
        "error: `3d` is no number and no name\n"
        " --> page.sym:2:16\n"
        "  |\n"
        "2 |     fc: Linear(3d, 4)\n"
        "  |                ^^\n"
        "  = help: write 3*d"
    )


EXPRESSIONS = {"": "expression-missing", "a +": "value-missing", "a b": "operator-missing", "f(a": "bracket-unclosed",
               "a = 3": "unexpected", "3d": "product-missing", "a ~ b": "about", "a, b": "unexpected"}  # fmt: skip


@pytest.mark.parametrize(("text", "code"), EXPRESSIONS.items())
def test_a_lone_expression_is_refused_in_words(text: str, code: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_expression(Source("--set", text))
    assert [finding.code for finding in caught.value.findings] == [code]


def test_a_page_full_of_mistakes_is_answered_at_once_with_the_first() -> None:
    assert len(errors_of("x = = 3\n" * 20_000).findings) == 20
