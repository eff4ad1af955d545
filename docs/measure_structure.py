"""Count modules, lengths, parameters, imports upwards, Any, word lists and repeated lines.

Usage: python -m docs.measure_structure [ROOT of a checkout, this one by default]

The length of a function includes its docstring. Word lists are found as by
tests/claims/english/test_word_lists.py. "many positional" are functions with more than three
parameters that can be given by position, without self and without commands of click; "imports up"
are those of a module of a higher layer, by the layers of pyproject.toml. Repeated lines are in a
run of six lines (without blank lines and the first lines of imports) that occurs elsewhere in the
same row of the table.

A second table counts, for one change of each kind that was made once, the files outside of tests
that name it: those that the next change of this kind will touch as well.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median, quantiles

from tests.claims.english.test_word_lists import find_word_lists

PACKAGES = ("claims", "service", "workers", "evaluation", "training")
COLUMNS = (
    *("package", "modules", "lines", "module median", "module 90 %", "modules over 350"),
    *("functions", "function median", "function 90 %", "many positional", "imports up", "Any"),
    *("modules with word lists", "repeated lines"),
)
# A change of each kind, and the names under which its files have it.
EXAMPLES = {
    "event `page.vanished`": ("page.vanished", "PAGE_VANISHED"),
    "setting `ASSAY_SIGN_OFF_DAYS`": ("ASSAY_SIGN_OFF_DAYS", "sign_off_days"),
    "command `assay replay`": ("assay replay", "service.cli.replay", '@click.command("replay'),
    "list column `article_title`": ("article_title",),
}
TOUCHED = ("claims", "service", "workers", "docs/guides", "docs/reference")
TOUCHED_FILES = (".env.example", "docker-compose.yml")
RUN = 6
LONG = 350
MANY = 3
OF_CLICK = ("command", "group", "option", "argument")


def measure(paths: list[Path], *, root: Path) -> list[int]:
    """The figures of these modules, in the order of COLUMNS without the name."""
    texts = [path.read_text("utf-8") for path in paths]
    trees = [ast.parse(text) for text in texts]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    modules = [len(text.splitlines()) for text in texts]
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    lengths = [(node.end_lineno or node.lineno) - node.lineno + 1 for node in functions]
    layers = read_layers(root)
    return [
        *(len(modules), sum(modules), *find_typical(modules), sum(n > LONG for n in modules)),
        *(len(functions), *find_typical(lengths)),
        sum(count_positional(node) > MANY for node in functions),
        sum(
            is_upward(name_module(path, root), target, layers)
            for path, tree in zip(paths, trees, strict=True)
            for target in list_imported(tree)
        ),
        sum(isinstance(node, ast.Name) and node.id == "Any" for node in nodes),
        sum(any(find_word_lists(text)) for text in texts),
        count_repeated(texts),
    ]


def count_positional(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The parameters that a caller may give by position; 0 for a command of click."""
    decorators = [ast.unparse(each).partition("(")[0] for each in function.decorator_list]
    if any(name.endswith(OF_CLICK) for name in decorators):
        return 0
    arguments = [*function.args.posonlyargs, *function.args.args]
    return sum(argument.arg not in ("self", "cls") for argument in arguments)


def read_layers(root: Path) -> list[dict[str, int]]:
    """For each contract of layers in pyproject.toml, the modules that it names and their height."""
    text = (root / "pyproject.toml").read_text("utf-8")
    contracts = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    return [
        {
            name.strip(" ()"): -depth
            for depth, layer in enumerate(contract["layers"])
            for name in layer.split("|")
        }
        for contract in contracts
        if contract["type"] == "layers"
    ]


def name_module(path: Path, root: Path) -> str:
    """The dotted name of a module."""
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def list_imported(tree: ast.Module) -> Iterator[str]:
    """Yield the modules that a module imports, also inside functions; of a package its names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from {f"{node.module}.{name.name}" for name in node.names}


def is_upward(module: str, target: str, layers: list[dict[str, int]]) -> bool:
    """Whether `target` is in a higher layer than the module that imports it."""
    for heights in layers:
        low, high = find_height(module, heights), find_height(target, heights)
        if low is not None and high is not None and high > low:
            return True
    return False


def find_height(module: str, heights: Mapping[str, int]) -> int | None:
    """The height of the layer that a module is in, None for a module in no layer."""
    parts = module.split(".")
    names = (".".join(parts[:stop]) for stop in range(len(parts), 0, -1))
    return next((heights[name] for name in names if name in heights), None)


def find_typical(lengths: list[int]) -> tuple[int, int]:
    """Median and 90th percentile, rounded."""
    return round(median(lengths)), round(quantiles(lengths, n=10, method="inclusive")[-1])


def count_repeated(texts: list[str]) -> int:
    """Lines in runs of RUN that occur more than once in these texts."""
    stripped = [[line.strip() for line in text.splitlines()] for text in texts]
    lines = [[x for x in some if x and not x.startswith(("import ", "from "))] for some in stripped]
    runs = [[tuple(some[at : at + RUN]) for at in range(len(some) - RUN + 1)] for some in lines]
    times = Counter(run for some in runs for run in some)
    return sum(
        len({at + n for at, run in enumerate(some) if times[run] > 1 for n in range(RUN)})
        for some in runs
    )


def list_touched(names: tuple[str, ...], *, root: Path) -> list[str]:
    """The files that have one of these names, of the packages, settings and documents."""
    found = [path for folder in TOUCHED for path in (root / folder).rglob("*.*")]
    paths = [path for path in found if path.suffix in (".py", ".lua", ".html", ".md")]
    paths += [root / name for name in TOUCHED_FILES]
    texts = {str(path.relative_to(root)): path.read_text("utf-8") for path in paths}
    return sorted(path for path, text in texts.items() if any(name in text for name in names))


def main() -> None:
    """Print one row for each package, for all, and for claims without claims/english."""
    root = Path(sys.argv[1] if sys.argv[1:] else ".")
    groups = {name: sorted((root / name).rglob("*.py")) for name in PACKAGES}
    groups["all"] = [path for paths in groups.values() for path in paths]
    groups["claims but english"] = [p for p in groups["claims"] if p.parent.name != "english"]
    rows = [COLUMNS, ("---", *("---:" for _ in COLUMNS[1:]))]
    rows += [(name, *map(str, measure(paths, root=root))) for name, paths in groups.items()]
    touched = {change: list_touched(names, root=root) for change, names in EXAMPLES.items()}
    rows += [("change", "files", "which"), ("---", "---:", "---")]
    rows += [(change, str(len(paths)), ", ".join(paths)) for change, paths in touched.items()]
    sys.stdout.writelines(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    main()
