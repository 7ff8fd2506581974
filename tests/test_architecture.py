"""The house rules that a reader should not have to check: each test is one of them."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import voucher_service
from voucher_service.kernel.refusal import Refusal

ROOT = Path(voucher_service.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))
TREES = {path: ast.parse(path.read_text("utf-8")) for path in MODULES}
LONGEST_MODULE, LONGEST_FUNCTION = 300, 40
BANNED = {"manager", "helper", "helpers", "util", "utils", "service", "handler", "dao", "common"}
INTERFACES = ("api", "web", "cli", "worker", "demo")
NO_SQL = {"select", "insert", "update", "delete", "text", "func"}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    # What is done, without what is said of it and without the list of what it takes.
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def _calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield f"{ast.unparse(node.func.value)}.{node.func.attr}"


def _imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name) for alias in node.names)


def _refusals() -> list[type[Refusal]]:
    for module in pkgutil.walk_packages(voucher_service.__path__, "voucher_service."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: list[type[Refusal]] = []
    waiting = list(Refusal.__subclasses__())
    while waiting:
        refusal = waiting.pop()
        found.append(refusal)
        waiting += refusal.__subclasses__()
    return [refusal for refusal in found if refusal.__module__.startswith("voucher_service.")]


def test_a_module_says_what_it_is_and_fits_on_a_few_screens() -> None:
    wrong = [
        _name(path)
        for path, tree in TREES.items()
        if not ast.get_docstring(tree)
        or len(path.read_text("utf-8").splitlines()) > LONGEST_MODULE
        or path.stem in BANNED
    ]

    assert wrong == []


def test_a_function_fits_on_one_screen_and_imports_nothing() -> None:
    wrong = [
        f"{_name(path)}: {function.name}"
        for path, function in _functions()
        if _lines(function) > LONGEST_FUNCTION or list(_imports(function))
    ]

    assert wrong == []


def test_only_the_door_to_the_database_ends_a_transaction() -> None:
    wrong = {
        _name(path)
        for path, tree in TREES.items()
        if any(call.endswith((".commit", ".rollback")) for call in _calls(tree))
    }

    assert wrong <= {"kernel/database.py"}


def test_only_the_clock_reads_the_clock() -> None:
    reads = {"datetime.now", "datetime.utcnow", "date.today", "datetime.today"}
    wrong = {_name(path) for path, tree in TREES.items() if reads & set(_calls(tree))}

    assert wrong == {"kernel/clock.py"}


def test_an_interface_writes_no_sql() -> None:
    wrong = [
        _name(path)
        for path, tree in TREES.items()
        if _name(path).split("/")[0] in INTERFACES
        and {name for module, name in _imports(tree) if module.startswith("sqlalchemy")} & NO_SQL
    ]

    assert wrong == []


def test_reportlab_is_known_where_paper_is_made_only() -> None:
    wrong = [
        _name(path)
        for path, tree in TREES.items()
        if any(module.split(".")[0] == "reportlab" for module, _ in _imports(tree))
        and not _name(path).startswith(("paper/", "reports/as_pdf"))
    ]

    assert wrong == []


def test_a_refusal_speaks_two_languages_and_ends_its_sentences() -> None:
    wrong = [
        refusal.__qualname__
        for refusal in _refusals()
        if refusal.title("fr") == refusal.title("en")
        or not all(refusal.title(language).endswith((".", "?")) for language in ("en", "fr"))
    ]

    assert wrong == []


def test_two_refusals_never_share_a_code() -> None:
    codes = [refusal.code() for refusal in _refusals()]

    assert sorted(codes) == sorted(set(codes))
