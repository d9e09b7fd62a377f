"""The command line: `interlab demo`, `runs`, `show`, `view`, `serve`, `search`, `ledger`, `cassette`, and others."""

from __future__ import annotations

import importlib.metadata
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from interlab.errors import InterLabError, InvalidArgument, NodeNotFound, StoreReadOnly
from interlab.tracing import NodeReading, Store, open_store
from interlab.ui.describe import counted, duration_in_words, gist, in_words, read, title
from interlab.ui.display import terminal_width
from interlab.ui.text_table import text_table
from interlab.ui.text_tree import store_tree, text_tree
from interlab.ui.visible import one_line, visible

DEMO_WIDTH = 100
RIVAL_OFFER = "The buyer has another offer at $2,400."

_HELP = """A laboratory for conversations between language-model actors.

A **store** is a file, such as `lab.db`, that holds traced runs: a tree of every step, query and model call.
These commands look into stores; runs are made in notebooks and scripts, or by `interlab demo`.
"""
_EXAMPLES = """**Examples**

    interlab demo                        two actors haggle, and what if

    interlab runs lab.db                 what is in a store

    interlab show lab.db -1              the last run as a tree

    interlab show lab.db -1 --values     and its inputs and result

    interlab view lab.db                 the same in the web browser, live

    interlab serve game.py               people play, each on a page

    interlab search lab.db other offer   nodes by the words in them

    interlab ledger lab.db -1            what it spent

    interlab export lab.db -1 run.html   a page that opens offline

    interlab import lab.db traces/       the original InterLab's traces
"""

app = typer.Typer(
    name="interlab",
    help=_HELP,
    epilog=_EXAMPLES,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
# A run's number may be negative, which would else be read as an option.
_NUMBERS = {"ignore_unknown_options": True}

StorePath = Annotated[Path, typer.Argument(help="A store, such as lab.db.", metavar="STORE", show_default=False)]
RunName = Annotated[
    str,
    typer.Argument(
        help="A run's number (0 is the first, -1 the last) or name; or any node's uid, or how one begins.",
        metavar="RUN",
        show_default=False,
    ),
]


@app.callback(invoke_without_command=True)
def about(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        print(f"interlab {importlib.metadata.version('interlab-lab')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit


@app.command()
def demo(
    model: Annotated[
        str,
        typer.Option(
            help="Who plays: demo (a script, offline), local/smollm2 (a small model in this process), openai/NAME, …"
        ),
    ] = "demo",
    seed: Annotated[int, typer.Option(help="Decides everything drawn.")] = 7,
    moves: Annotated[int, typer.Option(help="Moves until a time-out.", min=2)] = 12,
    store: Annotated[Path, typer.Option(help="Where the runs are kept; they are added to what is there.")] = Path(
        "demo.db"
    ),
    page: Annotated[Path, typer.Option(help="The page that is written; it opens offline.")] = Path("demo.html"),
) -> None:
    """Two actors haggle over a car; then the run is forked in the middle, with one thing changed.

    Prints the tree of every model call and the comparison of the two branches. Leaves the store and a page.
    """
    from interlab_zoo.negotiation import CarSale

    from interlab.counterfactual import Observe, compare, intervene
    from interlab.models import get_model
    from interlab.ui.side_by_side import side_by_side
    from interlab.ui.totals import totals

    if not page.parent.is_dir() or page.is_dir():
        raise InvalidArgument(f"The page {page} can't be written: give a file in a folder that exists.")
    player = get_model(model)
    width = min(terminal_width() or DEMO_WIDTH, DEMO_WIDTH)
    lab = open_store(store)
    print(f"A car sale, played by {player.name}, seed {seed}.")
    if model.partition("?")[0] == "demo":
        print("(A script, not a language model: it shows the tool, not how models behave.)")
    before = len(lab.roots())
    with lab:
        env = CarSale(player, player, seed=seed, max_steps=moves)
        run = env.run(name="car sale")
        middle = len(run.steps) // 2
        fork = run.at(step=middle).fork()
        intervene(fork, Observe("seller", RIVAL_OFFER))
        what_if = fork.run(name="what if: rival offer")
    print(f"\n{text_tree(run.node, width=width)}\n")
    print(f"The run was forked after step {middle}, and the seller was told: “{RIVAL_OFFER}”\n")
    print(f"{text_tree(what_if.node, max_depth=1, width=width)}\n")
    print(side_by_side(compare(run, what_if), width))
    nodes = lab.roots()[before:]
    _write_page(lab, nodes, page)
    print(f"\n{' · '.join(totals(nodes).parts)}")
    print(f"Kept in {store}. Open {page} in a browser, or: interlab show {store} -1")
    lab.close()


@app.command()
def runs(
    store: StorePath,
    last: Annotated[int, typer.Option(help="How many are listed, the newest.", min=1)] = 50,
) -> None:
    """List the runs in a store: one line each, with its number, outcome and uid."""
    lab = open_store(store, read_only=True)
    found = lab.runs()
    if not found:
        others = len(lab.roots())
        print(
            f"{store} has no runs; it has {counted(others, 'other root node')}: interlab show {store}"
            if others
            else f"{store} is empty."
        )
        return
    names = {run.uid: run.name for run in found}
    rows = []
    for number, run in list(enumerate(found))[-last:]:
        origin = _origin(run)
        parent = f"{names.get(origin[0], origin[0])} @ {origin[1]}" if origin else ""
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.node.opened_at))
        did = gist(run.node, 60)
        outcome = did.words if did.relation in ("gave", "raised") else ""
        rows.append(
            (number, run.name, run.state, len(run.steps), _or_nothing(run.seed), parent, outcome, when, run.uid)
        )
    headings = ("#", "run", "state", "steps", "seed", "forked from", "result", "started", "uid")
    print(text_table(headings, rows, width=terminal_width(), shrink=(6, 5, 1)))
    if len(found) > last:
        print(f"… {counted(len(found) - last, 'older run')}; --last {len(found)} lists all.")


def _origin(run: Any) -> tuple[str, int] | None:
    try:
        origin: tuple[str, int] | None = run.origin
    except (KeyError, TypeError, ValueError):  # a file of a stranger
        return None
    return origin


def _or_nothing(value: Any) -> str:
    return "" if value is None else str(value)


@app.command(context_settings=_NUMBERS)
def show(
    store: StorePath,
    run: Annotated[
        str,
        typer.Argument(
            help="A run's number or name, or any node's uid; without it all that is in the store.",
            metavar="[RUN]",
            show_default=False,
        ),
    ] = "",
    depth: Annotated[int | None, typer.Option(help="Levels shown; all without.", min=0, show_default=False)] = None,
    nodes: Annotated[int, typer.Option(help="Nodes shown at most, the upper levels first.", min=1)] = 2_000,
    values: Annotated[bool, typer.Option("--values", help="Also print the node's inputs, result and error.")] = False,
    uids: Annotated[bool, typer.Option("--uids", help="Also list the uids of what is shown directly below.")] = False,
) -> None:
    """Print a run, or any node, as a tree.

    Lines are cut to the terminal's width; into a file or a pipe they go whole.
    """
    _no_option(run)
    lab = open_store(store, read_only=True)
    width = terminal_width()
    if not run:
        print(store_tree(lab, max_depth=1 if depth is None else depth, max_nodes=nodes, width=width))
        children = lab.roots(limit=nodes)
    else:
        node = _find(lab, run)
        print(text_tree(node, max_depth=depth, max_nodes=nodes, width=width))
        children = lab.children(node.uid, limit=nodes)
        if values:
            _print_values(node)
    if uids and children:
        rows = [(title(child), child.state, child.uid) for child in children]
        print("\n" + text_table(("node", "state", "uid"), rows, width=width, shrink=(0,)))


def _print_values(node: NodeReading) -> None:
    print(f"\nuid: {visible(node.uid)}")
    for name, value in read(node, "inputs").items():
        print(f"\n{one_line(str(name), 100)}:\n{_whole(value)}")
    if node.has_result:
        print(f"\nresult:\n{_whole(read(node, 'result'))}")
    error = read(node, "error")
    if error is not None:
        traceback = error.get("traceback") if isinstance(error, dict) else None
        print(f"\nerror:\n{visible(traceback) if isinstance(traceback, str) else ''}{gist(node, 4_000).words}")


def _whole(value: Any) -> str:
    return visible(value) if isinstance(value, str) else in_words(value, 100_000)


@app.command()
def search(
    store: StorePath,
    words: Annotated[
        list[str],
        typer.Argument(
            help="Words that all stand in a node's name or values; '\"in quotes\"' they stand together.",
            metavar="WORDS...",
            show_default=False,
        ),
    ],
    limit: Annotated[int, typer.Option(help="Nodes at most.", min=1)] = 50,
) -> None:
    """Find nodes by the words in them."""
    try:
        lab = open_store(store, read_only=not store.exists() or not os.access(store, os.W_OK))
        found = lab.find(text=" ".join(words), limit=limit + 1)
    except StoreReadOnly:  # on a medium that can't be written to: what was indexed can be searched
        lab = open_store(store, read_only=True)
        found = lab.find(text=" ".join(words), limit=limit + 1)
    if not found:
        print("Nothing found.")
        return
    rows = [(title(node), duration_in_words(node.duration_s), gist(node, 80).words, node.uid) for node in found[:limit]]
    print(text_table(("node", "took", "what it did", "uid"), rows, width=terminal_width(), shrink=(2, 0)))
    if len(found) > limit:
        print(f"… and more; --limit {limit * 10} lists up to as many.")


@app.command()
def view(
    stores: Annotated[
        list[Path], typer.Argument(help="Stores, such as lab.db.", metavar="STORE...", show_default=False)
    ],
    port: Annotated[
        int, typer.Option(help="Where the page is served on this machine; 0 takes a free port.", min=0, max=65535)
    ] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the web browser.")] = True,
) -> None:
    """Look into stores in the browser, live while runs are recorded.

    The page is served on this machine only; its address holds a secret, so nobody else can open it.
    """
    from interlab.ui.browser import serve

    page = serve(*stores, port=port, open_browser=browser)
    print(f"{page.url}\nCtrl-C stops it.", flush=True)
    page.wait()


@app.command()
def serve(
    file: Annotated[
        Path,
        typer.Argument(
            help="A Python file with a function environment() that returns an environment, or a variable env.",
            metavar="FILE",
            show_default=False,
        ),
    ],
    store: Annotated[Path, typer.Option(help="Where the run is recorded.")] = Path("lab.db"),
    name: Annotated[str | None, typer.Option(help="What the run is called.", show_default=False)] = None,
    host: Annotated[str, typer.Option(help="The address to listen at; by default this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes a free port.", min=0, max=65535)] = 0,
    address: Annotated[
        str | None, typer.Option(help="How people reach it, such as https://play.example.org.", show_default=False)
    ] = None,
    wait_s: Annotated[
        float | None,
        typer.Option(
            help="Seconds to wait for everybody; 0 begins at once, without it ever.", min=0, show_default=False
        ),
    ] = None,
) -> None:
    """Run an environment with people in it: each plays on a page, behind a secret link that is printed here.

    Whoever has a link sees what that actor sees. The links are forgotten when the run is over.
    """
    from interlab.people import PageConsole
    from interlab.ui.serving import environment_of, serve_people

    environment = environment_of(file)
    lab = open_store(store)
    try:
        with PageConsole(host=host, port=port, address=address) as page:
            run = serve_people(
                environment, lab, page=page, name=name, wait_s=wait_s, say=lambda text: print(text, flush=True)
            )
        print(f"Kept in {store}: interlab show {store} {run.uid}")
    finally:
        lab.close()


@app.command(context_settings=_NUMBERS)
def ledger(
    store: StorePath,
    run: Annotated[
        str,
        typer.Argument(help="A run's number or name; without it all runs.", metavar="[RUN]", show_default=False),
    ] = "",
    by: Annotated[
        str, typer.Option(help="What the rows have in common, with commas: actor, model, kind, branch, step.")
    ] = "branch,actor,model",
) -> None:
    """Print what was spent: calls, tokens, seconds and money.

    A price that is not known is shown as unknown, never as nothing.
    """
    from interlab.models.ledger import Ledger

    _no_option(run)
    lab = open_store(store, read_only=True)
    table = Ledger.of(_find(lab, run) if run else lab)
    print(visible(str(table.by(*(cast(Any, name.strip()) for name in by.split(",") if name.strip())))))


def _write_page(lab: Store, nodes: list[NodeReading], page: Path) -> None:
    """Write some roots of a store, which may hold much else, as one page."""
    from interlab.ui.browser.file import write_file

    with tempfile.TemporaryDirectory() as folder:
        first, *others = (lab.export(node, Path(folder) / f"{number}.db") for number, node in enumerate(nodes))
        only = open_store(first)
        for other in others:
            only.merge(other)
        write_file(only, page, title="A car sale, and a fork of it")
        only.close()


@app.command(context_settings=_NUMBERS)
def cassette(
    store: StorePath,
    path: Annotated[Path, typer.Argument(help="The file to write.", metavar="FILE", show_default=False)],
    run: Annotated[
        str,
        typer.Argument(help="A run's number or name; without it all replies.", metavar="[RUN]", show_default=False),
    ] = "",
) -> None:
    """Write the recorded replies that a run got to one file, for somebody who has no key.

    There, `with il.replies("replay", source=FILE):` runs the same again and calls no model.
    """
    _no_option(run)
    lab = open_store(store)
    written = lab.cassette(path, _find(lab, run) if run else None)
    print(f"Wrote {written}.")


@app.command(context_settings=_NUMBERS)
def export(
    store: StorePath,
    run: RunName,
    path: Annotated[
        Path, typer.Argument(help="Its ending decides: .db, .json, .html, .csv or .parquet.", show_default=False)
    ],
) -> None:
    """Write a run, or any node and what is below it, to a file of its own."""
    _no_option(run)
    lab = open_store(store, read_only=True)
    written = lab.export(_find(lab, run), path)
    print(f"{written}, {counted(written.stat().st_size, 'byte')}")


@app.command("import")
def import_(
    store: StorePath,
    path: Annotated[
        Path,
        typer.Argument(
            help="A folder of the original InterLab's FileStorage or a .gz file of it, a .json document, or a store.",
            show_default=False,
        ),
    ],
) -> None:
    """Read traces into a store, which is made if there is none. Doing it twice changes nothing."""
    if not path.exists():
        raise InvalidArgument(f"There is nothing at {path} to import.")
    lab = open_store(store)
    before = len(lab)
    if path.is_dir() or path.suffix == ".gz":
        lab.import_foreign(path)
    else:
        lab.merge(path)
    new = len(lab) - before
    print(f"{counted(new, 'node')} {'is' if new == 1 else 'are'} new in {store}.")
    lab.close()


def _no_option(name: str) -> None:
    """Refuse what was meant as an option: after a leading dash only a number is a run."""
    if name.startswith("-") and not name[1:].isdigit():
        raise InvalidArgument(f"There is no option {name}; --help lists them.")


def _find(store: Store, name: str) -> NodeReading:
    found = store.runs()
    try:
        number = int(name)
    except ValueError:
        number = None
    named = [run for run in found if run.name == name]
    if named:
        return named[-1].node  # type: ignore[no-any-return]  # runs come through a hook
    if number is not None and -len(found) <= number < len(found):
        return found[number].node  # type: ignore[no-any-return]
    try:
        return store.node(name)
    except NodeNotFound:
        begun = [run.node for run in found if name and run.uid.startswith(name)]
        begun = begun or [root for root in store.roots() if name and root.uid.startswith(name)]
        if len(begun) == 1:
            node: NodeReading = begun[0]
            return node
        if begun:
            uids = ", ".join(one_line(node.uid, 40) for node in begun[:4])
            raise NodeNotFound(
                f"{len(begun)} uids begin with {name!r} ({uids}, …); give more of it.", store.path
            ) from None
        known = ", ".join(dict.fromkeys(one_line(run.name, 40) for run in found[-8:])) or "none"
        numbers = f" (0 to {len(found) - 1})" if found else ""
        raise NodeNotFound(
            f"{store.path} has no node {name!r}. Give a run's number{numbers}, name or uid; its last runs: {known}.",
            store.path,
        ) from None


def main() -> None:
    """Run the command line. Errors that are meant end it with one line on stderr: 1 for what was found, 2 for how it
    was called."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # not every terminal knows every letter
    try:
        code = app(standalone_mode=False) or 0
        sys.stdout.flush()  # here, where a reader that has gone away is no error
        sys.exit(code)
    except InterLabError as error:
        _fail(str(error), 1)
    except BrokenPipeError:
        # Whoever read has enough. Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _fail(f"{where}{error.strerror or error}", 1)
    except typer.Abort:
        _fail("stopped.", 130)
    except Exception as error:
        # What is wrong with how it was called; the class has another home in each version of typer.
        message = getattr(error, "format_message", None)
        if message is None:
            raise
        command = getattr(getattr(error, "ctx", None), "command_path", "interlab")
        _fail(f"{message()} ({command} --help)", 2)


def _fail(message: str, code: int) -> None:
    print(f"interlab: {one_line(message, 1_000)}", file=sys.stderr)
    raise SystemExit(code)
