"""Does our own tree keep the habits of the house?"""

import ast
import io
import re
import statistics
import tokenize
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ("rehearsal", "checks", "flows", "twin")
MODULES = sorted(path for room in PRODUCT for path in (ROOT / room).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
TEMPLATES = sorted(p for p in (ROOT / "templates").iterdir() if p.suffix in {".html", ".j2"})
WRITTEN = sorted(
    path
    for pattern in ("*.py", "*.md", "*.yaml", "*.toml", "*.html", "*.css", "*.js", "*.lock")
    for room in (".", "docs", "scenarios", "templates", "benchmarks", "tests", *PRODUCT)
    for path in ((ROOT / room).glob(pattern) if room == "." else (ROOT / room).rglob(pattern))
)

FUNCTION_MAX_LINES = 50
FUNCTION_P95_LINES = 30
FUNCTION_MEDIAN_LINES = 8
MODULE_MAX_LINES = 450
FORBIDDEN = {"manager", "helper", "helpers", "utils", "common", "misc", "info", "status"}
FORBIDDEN |= {"util", "process", "base", "core"}
BROAD = {"Exception", "BaseException"}
REASON = re.compile(r"#\s*(noqa: [A-Z0-9, ]+|type: ignore\[[\w, -]+\])\s+\S.{2,}")
# Assembled here, so that this file does not contain what it looks for.
REGISTRIES = re.compile(
    "|".join(("pypi" + r"\.org", "files" + r"\.pythonhosted", "npm" + "js"))
)
MACHINE_PATHS = re.compile(r"(?<![\w.>])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me/\w+)/")
NUMBERS_COMPARED = re.compile(
    r"{%-?\s*(?:el)?if[^%]*[<>=]=?\s*-?\d|{%-?\s*(?:el)?if[^%]*\d\s*[<>]"
)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree(path)) if isinstance(node, kinds)]


def lines(node) -> int:
    """Lines of a function's body, without its docstring."""
    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
    return node.end_lineno - first.lineno + 1


def test_the_tree_is_found():
    """A wrong path would measure nothing, and find nothing wrong."""
    assert len(MODULES) > 100
    assert len(TESTS) > 20
    assert len(WRITTEN) > 150
    assert TEMPLATES


def test_no_function_is_long():
    """A function fits one screen."""
    long = [
        f"{named(path)}:{node.name} {node.end_lineno - node.lineno + 1}"
        for path in MODULES
        for node in functions(path)
        if node.end_lineno - node.lineno + 1 > FUNCTION_MAX_LINES and not is_command(node)
    ]

    assert long == []


def is_command(node) -> bool:
    """A command's options are its signature; its body is measured with all others'."""
    return any(isinstance(d, ast.Call) for d in node.decorator_list) and (
        lines(node) <= FUNCTION_P95_LINES
    )


def test_functions_are_small():
    """Half of them at most eight lines, 95 of 100 at most thirty."""
    sizes = sorted(lines(node) for path in MODULES for node in functions(path))

    assert statistics.median(sizes) <= FUNCTION_MEDIAN_LINES
    assert sizes[int(len(sizes) * 0.95)] <= FUNCTION_P95_LINES


def test_no_module_is_long():
    """Who needs more room has two questions to answer."""
    sizes = {named(path): path.read_text().count("\n") for path in MODULES}

    assert {name: size for name, size in sizes.items() if size > MODULE_MAX_LINES} == {}


def test_no_module_or_class_has_an_empty_name():
    """A name says what something is for."""
    modules = [named(path) for path in MODULES if path.stem in FORBIDDEN]
    classes = [
        f"{named(path)}:{node.name}"
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
        and re.search(r"(Manager|Helper|Utils?|Misc|Info|Base)$", node.name)
    ]

    assert modules + classes == []


def test_a_module_begins_with_its_question():
    """Its docstring is one sentence, and mostly a question."""
    texts = {named(path): ast.get_docstring(tree(path)) or "" for path in MODULES}
    silent = [name for name, text in texts.items() if not text]
    asking = [text for text in texts.values() if "?" in text.partition("\n\n")[0]]

    assert silent == []
    assert len(asking) > 0.9 * len(texts)


def is_broad(handler: ast.ExceptHandler) -> bool:
    """Catches everything, and does not pass it on."""
    caught = (
        {n.id for n in ast.walk(handler.type) if isinstance(n, ast.Name)}
        if handler.type
        else BROAD
    )
    passes_on = any(isinstance(n, ast.Raise) and n.exc is None for n in ast.walk(handler))
    return bool(caught & BROAD) and not passes_on


def test_one_broad_except():
    """Everywhere else a handler names what it expects; who cleans up passes it on."""
    broad = [
        f"{named(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and is_broad(node)
    ]

    assert [place.partition(":")[0] for place in broad] == ["rehearsal/run.py"], broad


def test_no_import_hides_in_a_function():
    """A cycle is dissolved, not dodged."""
    hidden = [
        f"{named(path)}:{node.lineno}"
        for path in MODULES
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []


@pytest.mark.parametrize("path", TESTS, ids=named)
def test_every_test_states_its_promise(path):
    """The docstring is what breaks when the test fails."""
    silent = [
        node.name
        for node in functions(path)
        if node.name.startswith("test_") and not ast.get_docstring(node)
    ]

    assert silent == []


def test_nothing_is_left_undone():
    """No reminder, no skipped test, no expected failure."""
    reminder = re.compile(r"#.*\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b")
    undone = [named(path) for path in (*MODULES, *TESTS) if reminder.search(path.read_text())]
    skipping = re.compile(r"pytest\.mark\.(skip|x" + r"fail)\b")
    skipped = [named(path) for path in TESTS if skipping.search(path.read_text())]

    assert undone + skipped == []


def test_every_exception_to_a_rule_has_its_reason():
    """A `noqa` or an ignored type says, on its line, why."""
    bare = [
        f"{named(path)}:{token.start[0]}"
        for path in MODULES
        for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
        if token.type == tokenize.COMMENT
        and re.search(r"#\s*(noqa|type: ignore)", token.string)
        and not REASON.search(token.string)
    ]

    assert bare == []


@pytest.mark.parametrize("pattern", [REGISTRIES, MACHINE_PATHS], ids=["registry", "machine"])
def test_nothing_names_a_place_of_ours(pattern):
    """What is committed works on any machine, with any package index."""
    found = [
        f"{named(path)}: {match[0]}"
        for path in WRITTEN
        if (match := pattern.search(path.read_text(encoding="utf-8")))
    ]

    assert found == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_compares_no_number(template):
    """An opinion about a number belongs in the report's view model."""
    assert NUMBERS_COMPARED.findall(template.read_text(encoding="utf-8")) == []
