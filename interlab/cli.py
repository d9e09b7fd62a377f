"""The command line: `interlab demo`, `runs`, `show`, `search`, `export`, `import`, `merge`."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from interlab.errors import InterLabError, NodeNotFound
from interlab.tracing import NodeReading, Store, open_store
from interlab.ui.describe import duration_in_words, in_words
from interlab.ui.text_tree import store_tree, text_tree

app = typer.Typer(
    name="interlab",
    help="A laboratory for conversations between language-model actors: look into stores of traced runs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)

StorePath = Annotated[Path, typer.Argument(help="A store, such as lab.db.", metavar="STORE")]
RunName = Annotated[
    str,
    typer.Argument(
        help="A node's uid, the beginning of one, a run's name, or its number (-1 is the last).",
        metavar="RUN",
    ),
]


@app.command()
def demo(
    model: Annotated[
        str,
        typer.Option(
            help="Who plays: demo (scripted, offline), local/smollm2 (a real small model), openai/NAME, …"
        ),
    ] = "demo",
    seed: Annotated[int, typer.Option(help="Decides everything drawn.")] = 7,
    moves: Annotated[int, typer.Option(help="Moves until a time-out.", min=2)] = 12,
    store: Annotated[
        Path, typer.Option(help="Where the runs are kept; they are added to what is there.")
    ] = Path("demo.db"),
    page: Annotated[Path, typer.Option(help="The page that is written.")] = Path("demo.html"),
) -> None:
    """Two actors haggle over a car; then the run is forked in the middle, with one thing changed.

    Prints the tree of every model call and the comparison of the two branches. Leaves the store and a page that opens
    offline.
    """
    from interlab_zoo.negotiation import CarSale

    from interlab.counterfactual import compare
    from interlab.models import get_model
    from interlab.ui.static_page import page as html_page

    player = get_model(model)
    lab = open_store(store)
    print(f"A car sale, played by {player.name}, seed {seed}.", _honest(model))
    with lab:
        env = CarSale(player, player, seed=seed, max_steps=moves)
        run = env.run(name="car sale")
        middle = max(1, len(run.steps) // 2)
        fork = run.at(step=middle).fork()
        fork.seller.observe("The buyer has another offer at $2,400.")
        what_if = fork.run(name="what if: rival offer")
    print(f"\n{text_tree(run.node)}\n")
    print(
        f"The run was forked after step {middle}; the seller was told: “The buyer has another offer at $2,400.”\n"
    )
    print(f"{text_tree(what_if.node, max_depth=1)}\n")
    print(compare(run, what_if))
    page.write_text(html_page(run.node, what_if.node, title="Car sale, and a fork of it"), encoding="utf-8")
    calls = len(run.find_nodes(kind="model")) + len(what_if.find_nodes(kind="model"))
    print(f"\n{calls} model calls in {store}; open {page} in a browser, or: interlab show {store} -1")
    lab.close()


def _honest(model: str) -> str:
    if model.startswith("demo"):
        return "(A script, not a language model: it shows the tool, not how models behave.)"
    return ""


@app.command()
def runs(store: StorePath) -> None:
    """List the runs in a store."""
    lab = _open(store)
    table = Table(
        "#", "run", "state", "steps", "seed", "forked from", "result", "uid", box=None, header_style="bold"
    )
    found = lab.runs()
    names = {run.uid: run.name for run in found}
    for number, run in enumerate(found):
        origin = run.origin
        parent = f"{names.get(origin[0], origin[0])} @ {origin[1]}" if origin else ""
        table.add_row(
            str(number), _plain(run.name), run.state, str(len(run.steps)), str(run.seed), _plain(parent),
            _plain(in_words(run.result, 60)), run.uid,
        )  # fmt: skip
    if not found:
        others = len(lab.roots())
        print(
            f"{store} has no runs; it has {others} other root nodes: interlab show {store}"
            if others
            else f"{store} is empty."
        )
        return
    _console().print(table)


@app.command()
def show(
    store: StorePath,
    run: Annotated[
        str, typer.Argument(help="A uid, its beginning, a run's name or number; all roots without.")
    ] = "",
    depth: Annotated[int | None, typer.Option(help="Levels shown; all without.", min=0)] = None,
    nodes: Annotated[int, typer.Option(help="Nodes shown at most.", min=1)] = 2_000,
    values: Annotated[
        bool, typer.Option("--values", help="Also print the node's inputs, result and error.")
    ] = False,
) -> None:
    """Print a run, or any node, as a tree."""
    lab = _open(store)
    if not run:
        print(store_tree(lab, max_depth=1 if depth is None else depth, max_nodes=nodes))
        return
    node = _find(lab, run)
    print(text_tree(node, max_depth=depth, max_nodes=nodes))
    if values:
        for name, value in node.inputs.items():
            print(f"\n{name}:\n{value}")
        if node.has_result:
            print(f"\nresult:\n{node.result}")
        if node.error is not None:
            print(
                f"\nerror:\n{node.error.get('traceback') or ''}{node.error.type_name}: {node.error.get('message')}"
            )


@app.command()
def search(
    store: StorePath,
    words: Annotated[list[str], typer.Argument(help="Words that all stand in a node's name or values.")],
    limit: Annotated[int, typer.Option(help="Nodes at most.", min=1)] = 50,
) -> None:
    """Find nodes by the words in them."""
    lab = _open(store, writable=True)
    table = Table("kind", "node", "took", "in short", "uid", box=None, header_style="bold")
    for node in lab.find(text=" ".join(words), limit=limit):
        result = in_words(node.result, 60) if node.has_result else ""
        table.add_row(
            node.kind, _plain(node.name), duration_in_words(node.duration_s), _plain(result), node.uid
        )
    _console().print(table)


@app.command()
def export(
    store: StorePath,
    run: RunName,
    path: Annotated[Path, typer.Argument(help="Its ending decides: .db, .json, .html, .csv or .parquet.")],
) -> None:
    """Write a run, or any node and what is below it, to a file of its own."""
    lab = _open(store)
    print(lab.export(_find(lab, run), path))


@app.command("import")
def import_(
    store: StorePath,
    path: Annotated[
        Path,
        typer.Argument(help="A folder of the original InterLab's FileStorage, a .json document, or a store."),
    ],
) -> None:
    """Read traces into a store: of the original InterLab, a document, or another store."""
    lab = open_store(store)
    before = len(lab)
    if path.is_dir() or path.suffix == ".gz":
        lab.import_foreign(path)
    else:
        lab.merge(path)
    print(f"{len(lab) - before} nodes are new in {store}.")
    lab.close()


@app.callback(invoke_without_command=True)
def about(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", is_eager=True)
    ] = False,
) -> None:
    if version:
        print(f"interlab {importlib.metadata.version('interlab-lab')}")
        raise typer.Exit


def _open(path: Path, *, writable: bool = False) -> Store:
    return open_store(path, read_only=not writable)


def _find(store: Store, name: str) -> NodeReading:
    found = store.runs()
    try:
        number = int(name)
    except ValueError:
        pass
    else:
        if -len(found) <= number < len(found):
            node: NodeReading = found[number].node
            return node
    named = [run for run in found if run.name == name]
    if named:
        return named[-1].node  # type: ignore[no-any-return]  # runs come through a hook
    try:
        return store.node(name)
    except NodeNotFound:
        begun = [root for root in store.roots() if root.uid.startswith(name)]
        if len(begun) == 1:
            return begun[0]
        known = ", ".join(dict.fromkeys(run.name for run in found[-8:])) or "none"
        raise NodeNotFound(
            f"{store.path} has no node {name!r}. Give a run's number, name or uid; the last runs are: {known}.",
            store.path,
        ) from None


def _plain(text: Any) -> str:
    # Names and results come from models: no markup is read in them.
    return str(text).replace("[", "\\[")


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else 200, soft_wrap=True)


def main() -> None:
    """Run the command line; our own errors end it with one line instead of a traceback."""
    try:
        app()
    except InterLabError as error:
        print(f"interlab: {error}", file=sys.stderr)
        raise SystemExit(1) from None
