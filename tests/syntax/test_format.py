"""The one layout of files: it says the same, is its own layout, keeps every comment, and knows every node of the tree."""

import inspect
import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symparams.errors import ParseError, Source, UsageError
from symparams.syntax import tree
from symparams.syntax.format import formatted, printed, same
from symparams.syntax.parse import parse, parse_with_tokens
from symparams.syntax.spelling import EXPRESSIONS, PARTS, STATEMENTS
from symparams.syntax.tokens import Token

from . import trees

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("symparams/*/*.sym"), *ROOT.glob("tests/cases/*.sym")])


def laid_out(text: str) -> str:
    return formatted(Source("text.sym", text))


CASES = {
    "sums are spaced, products tight": (
        "x = (n-1)*( d^2+d )/2 - -a ** - 1 //3\n",
        "x = (n - 1)*(d^2 + d)/2 - -a**-1//3\n",
    ),
    "a remainder is spaced where no product follows": (
        "x = a%b\ny = a % b*c + a*b%c\n",
        "x = a % b\ny = a%b*c + a*b % c\n",
    ),
    "a multiple is spaced": (
        "module A:\n  h: 2*L*Block(d,d) if a*b>c*d else L*B( )\n  x: a*[3]+[4]\n",
        "module A:\n    h: 2*L * Block(d, d) if a*b > c*d else L * B()\n    x: a*[3] + [4]\n",
    ),
    "signs stay as typed": ("x = a·b × c ** 2 + x² ≤ ⌊ n/2 ⌋\n", "x = a·b×c**2 + x² ≤ ⌊n/2⌋\n"),
    "numbers stay as typed": ("x = 124_439_808+1.5B+.5\n", "x = 124_439_808 + 1.5B + .5\n"),
    "prefixes and brackets stay": ("x = nn.Linear ((3), (4) ) [ 1 : ]\n", "x = nn.Linear((3), (4))[1:]\n"),
    "strings in double quotes where that is safe": (
        "check a == b 'x'\ncheck a == b 'say \"x\"'\n",
        'check a == b  "x"\ncheck a == b  \'say "x"\'\n',
    ),
    "keyword arguments are tight, definitions spaced": (
        "f(a , b = 3)=g(b = a)where n=f(x = 3),m=2\n",
        "f(a, b=3) = g(b=a) where n = f(x=3), m = 2\n",
    ),
    "values of members in a column": (
        "module A(d):\n ln_1:LayerNorm(d)\n mlp : MLP(d)\n",
        "module A(d):\n    ln_1: LayerNorm(d)\n    mlp:  MLP(d)\n",
    ),
    "a column ends where a name is much longer": (
        "module A:\n    a: [1]\n    b_with_a_name_that_is_long: [2]\n    c: [3]\n",
        "module A:\n    a: [1]\n    b_with_a_name_that_is_long: [2]\n    c: [3]\n",
    ),
    "checks in columns": (
        'check small.params == 124 "released"\ncheck GPT2.params == V*d\ncheck xl.params ~ 1.5B within 4 % "table 2"\n',
        'check small.params == 124            "released"\ncheck GPT2.params  == V*d\n'
        'check xl.params    ~ 1.5B within 4%  "table 2"\n',
    ),
    "symbols in columns": (
        'symbol V "size"\nsymbol d_m "width" as "d"\nsymbol L "layers" as "n"\nsymbol k>=0,  a real\n',
        'symbol V   "size"\nsymbol d_m "width"   as "d"\nsymbol L   "layers"  as "n"\nsymbol k >= 0, a real\n',
    ),
    "comments at line ends in a column": (
        "a = 1 #one\nlong = 2     #  two\nb = [ # in\n 3]\n",
        "a    = 1  # one\nlong = 2  #  two\nb = [  # in\n    3\n]\n",
    ),
    "one statement a line": ("if a: x = 1 # c\nelse: pass\n", "if a:\n    x = 1  # c\nelse:\n    pass\n"),
    "one blank line, none at the ends": (
        "\n\na = 1\n\n\n\nb = 2\nmodule A:\n\n    pass\n\n\n    # end\n# top\nc = 3\n\n",
        "a = 1\n\nb = 2\n\nmodule A:\n    pass\n\n    # end\n\n# top\nc = 3\n",
    ),
    "comments stay in their blocks": (
        "module A:\n  # first\n  if a:\n     x = 1\n     # of if\n  # of module\n  else:\n     y = 2\n# top\n",
        "module A:\n    # first\n    if a:\n        x = 1\n        # of if\n    # of module\n    else:\n        y = 2\n\n# top\n",
    ),
    "comments alone": ("   # a\n\n# b", "# a\n\n# b\n"),
    "an empty file": ("\n \n", ""),
    "a byte order mark goes": ("\ufeffa = 1\n", "a = 1\n"),
    "line ends of Windows stay": ("a=1\r\nb=2\r\n", "a = 1\r\nb = 2\r\n"),
    "a lone carriage return is a line's end": ("a=1\rb=2\n", "a = 1\nb = 2\n"),
    "no line end at the end": ("a=1", "a = 1\n"),
    "a backslash goes": ("a = 1 + \\\n    2\n", "a = 1 + 2\n"),
    "docstrings move with their module": (
        "module A:\n  '''One.\n\n     Two.\n       Three. \n  '''\n  pass\n",
        'module A:\n    """One.\n\n       Two.\n         Three.\n    """\n    pass\n',
    ),
    "a comma behind the last of several keeps one a line": (
        "x = [(1, 2), (3, 4),]\ny = f(a,)\nz = (a,)\n",
        "x = [\n    (1, 2),\n    (3, 4),\n]\ny = f(a,)\nz = (a,)\n",
    ),
    "comments in brackets keep their places": (
        "x = f(a, # one\n   # above b\n b # two\n , c)\ny = (a + # why\n  b)\n",
        "x = f(\n    a,  # one\n    # above b\n    b,  # two\n    c,\n)\ny = (\n    a +  # why\n    b\n)\n",
    ),
    "plain items fill lines": (
        f"x = [{', '.join(str(1000 + i) for i in range(30))}]\n",
        "x = [\n    "
        + ", ".join(str(1000 + i) for i in range(19))
        + ",\n    "
        + ", ".join(str(1000 + i) for i in range(19, 30))
        + ",\n]\n",
    ),
    "a long sum gets brackets": (
        f'check {"a" * 40} == {"b" * 40} + {"c" * 40}*(d + e) - {"f" * 40}  "source"\n',
        f'check {"a" * 40} == (\n    {"b" * 40}\n    + {"c" * 40}*(d + e)\n    - {"f" * 40}\n)  "source"\n',
    ),
    "a source is as long as it is": (
        f'check a == f(bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb)  "{"long " * 30}"\n',
        f'check a == f(bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb)  "{"long " * 30}"\n',
    ),
    "a long comprehension breaks at its loops": (
        f"write sum({'a' * 50}*i for {'b' * 10} in range({'c' * 20}) for i in range({'d' * 20}) if i > 3)\n",
        f"write sum(\n    {'a' * 50}*i\n    for {'b' * 10} in range({'c' * 20})\n    for i in range({'d' * 20})\n    if i > 3\n)\n",
    ),
    "a long where goes below": (
        f"f(v) = n + m where n = max({'a' * 50}, v), m = max({'b' * 50}, v)\n",
        f"f(v) = n + m where (\n    n = max({'a' * 50}, v),\n    m = max({'b' * 50}, v),\n)\n",
    ),
    "the definitions of an opened where stand alone": (
        "f(v) = n + m where (n = v, m = 2,)\n",
        "f(v) = n + m where (\n    n = v,\n    m = 2,\n)\n",
    ),
    "a where below comes up": ("f(v) = n\n    where n = v\n", "f(v) = n where n = v\n"),
    "a where below a comment stays": ("f(v) = n  # why\n  where n = v\n", "f(v) = n  # why\n    where n = v\n"),
    "changes of a network": (
        "t = net with :\n  frozen\n  h[ * ].attn.*:LoRA(it,r)\n  **  is  Linear : x\n  drop fc,a.b[1: ]\n",
        "t = net with:\n    frozen\n    h[*].attn.*:  LoRA(it, r)\n    ** is Linear: x\n    drop fc, a.b[1:]\n",
    ),
}


@pytest.mark.parametrize(("text", "times"), [("x = a*b\n", 1), ("x = a  *b\n", 2)], ids=["laid out", "untidy"])
def test_a_text_is_read_no_more_often_than_its_layout_changes(
    monkeypatch: pytest.MonkeyPatch, text: str, times: int
) -> None:
    reads = []

    def counted(source: Source) -> tuple[tree.File, str, list[Token]]:
        reads.append(source)
        return parse_with_tokens(source)

    monkeypatch.setattr("symparams.syntax.format.parse_with_tokens", counted)
    monkeypatch.setattr("symparams.syntax.format.parse", lambda source: counted(source)[0])
    assert laid_out(text) == "x = a*b\n"
    assert len(reads) == times


@pytest.mark.parametrize(("text", "wanted"), CASES.values(), ids=CASES)
def test_the_layout(text: str, wanted: str) -> None:
    assert laid_out(text) == wanted
    assert laid_out(wanted) == wanted


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_keeps_what_it_says(path: Path) -> None:
    text = path.read_text("utf-8")
    result = laid_out(text)
    assert laid_out(result) == result
    file = parse(Source("before", text))
    assert same(parse(Source("after", result)), file)
    assert same(parse(Source("printed", printed(file))), file)


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name == "library"], ids=lambda path: path.stem)
def test_the_library_has_the_layout(path: Path) -> None:
    text = path.read_text("utf-8")
    assert laid_out(text) == text


@pytest.mark.parametrize("page", ["README.md", "grammar/README.md"])
def test_the_examples_of_a_page_have_the_layout(page: str) -> None:
    examples = re.findall(r"^```sym\n(.*?)^```$", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert examples
    assert [laid_out(example) for example in examples] == examples


def test_every_node_of_the_tree_is_spelled() -> None:
    kinds = {kind for _, kind in inspect.getmembers(tree, inspect.isclass) if hasattr(kind, "_fields")}
    kinds = {kind for kind in kinds if kind.__module__ == tree.__name__}
    assert kinds == {*STATEMENTS, *EXPRESSIONS, *PARTS}
    assert len(kinds) == len(STATEMENTS) + len(EXPRESSIONS) + len(PARTS)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(trees.files)
def test_a_tree_that_is_printed_reads_back(file: tree.File) -> None:
    text = printed(file)
    assert same(parse(Source("printed", text)), file)
    assert laid_out(text) == text


@settings(max_examples=60, deadline=None, derandomize=True)
@given(trees.files, st.integers(0, 1 << 32))
def test_one_tree_has_one_layout(file: tree.File, seed: int) -> None:
    text = printed(file)
    odd = trees.Odd(text, Random(seed), has_comments=False)
    assert laid_out(odd.lines) == text
    for other in (odd.lines.rstrip("\n"), "\ufeff" + odd.lines):
        assert laid_out(other) == text
    assert laid_out(odd.lines.replace("\n", "\r\n")) == (text.replace("\n", "\r\n") if "\n" in odd.lines else text)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(trees.files, st.integers(0, 1 << 32))
def test_comments_stay_and_nothing_else_changes(file: tree.File, seed: int) -> None:
    odd = trees.Odd(printed(file), Random(seed), has_comments=True)
    result = laid_out(odd.lines)
    assert same(parse(Source("after", result)), file)
    assert laid_out(result) == result
    assert [result.count(comment) for comment in odd.comments] == [1] * len(odd.comments)


REFUSED = {
    "a string that no quotes hold": (
        tree.Write(tree.Text("\\\"\\'\n", trees.AT), trees.AT),
        UsageError,
        "no quotes can hold",
    ),
    "a per cent without end": (
        tree.Check(
            tree.Comparison(("~",), (tree.Name("a", trees.AT),) * 2, trees.AT),
            trees.Fraction(1, 300),
            None,
            "",
            trees.AT,
        ),
        UsageError,
        "no end as a decimal",
    ),
    "a name that is a word": (tree.Write(tree.Name("if", trees.AT), trees.AT), ParseError, "if"),
    "a name that reads as another": (
        tree.Write(tree.Attribute(tree.Name("nn", trees.AT), "Linear", trees.AT), trees.AT),
        UsageError,
        "the tree is none that a text can have",
    ),
}


@pytest.mark.parametrize(("statement", "error", "words"), REFUSED.values(), ids=REFUSED)
def test_a_tree_that_no_text_has_is_refused(statement: tree.Statement, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        printed(tree.File((statement,)))
