"""The Python that does what was done by hand in the explorer, with the public names only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from interlab.counterfactual import Intervention
from interlab.environments import Run
from interlab.tracing import Store
from interlab.ui.steering.literals import as_code, literal
from interlab.ui.steering.measuring import written
from interlab.ui.visible import one_line

_COMMENT = 60
_WIDTH = 100


def opening(store: Store, imports: Iterable[str] = ()) -> list[str]:
    """Lines that open the store."""
    place = (
        ["# store is the one that is explored: it is in memory, and in this process only"]
        if store.path == ":memory:"
        else [f"store = il.open_store({literal(store.path)})"]
    )
    return ["import interlab as il", *sorted(set(imports)), "", *place]


def home_of_states(environment: Any) -> list[str]:
    """The import that makes the classes of a state known: a store never causes one."""
    module = type(environment).__module__
    if module == "__main__" or not all(part.isidentifier() for part in module.split(".")):
        return []
    return [f"import {module}  # its states are of classes that are defined there"]


def run_line(variable: str, run: Run) -> str:
    """A line that finds a run."""
    return f"{variable} = il.Run(store.node({literal(run.uid)}))  # {comment(run.name)}"


def comment(text: str) -> str:
    """A text that stays on one line, whatever is in it."""
    return one_line(text, _COMMENT)


def looking(store: Store, root: Run, measure: str | None) -> str:
    """Code that shows the tree."""
    told = "" if measure is None else f", {literal(measure)}"
    lines = [*opening(store), run_line("run", root), "", f"tree = store.branches(run{told})", "print(tree)"]
    return _text([*lines, "tree.plot()"])


def reading(store: Store, run: Run) -> str:
    """Code that shows one run."""
    return _text([*opening(store), run_line("run", run), "", "print(run.tree())", "run.show()"])


def comparing(store: Store, first: Run, second: Run) -> str:
    """Code that puts two runs side by side."""
    runs = [run_line("first", first), run_line("second", second)]
    return _text([*opening(store), *runs, "", "found = il.compare(first, second)", "print(found)"])


def trying(
    store: Store, run: Run, step: int, environment: Any, arms: Mapping[str, list[Intervention]],
    measures: Mapping[str, Any], replicas: int, max_steps: int | None,
) -> str:  # fmt: skip
    """Code that plans an experiment, prices and runs it."""
    made = {name: written(name, measure) for name, measure in measures.items()}
    before = [line for one in made.values() for line in one.before]
    imports = [line for line in before if line.startswith("from ")]
    functions = list(dict.fromkeys(line for line in before if not line.startswith("from ")))
    head = opening(store, [*imports, *home_of_states(environment)])
    lines = [*head, run_line("run", run), ""]
    for function in functions:
        lines += ["", *function.splitlines(), "", ""]
    for name, one in made.items():
        if not one.is_known:
            lines.append(f"# {one.text} is the function that il.explore() was given as {comment(name)}")
    lines += ["study = il.experiment(", f"    run.at({step}),", "    arms={"]
    for name, changes in arms.items():
        line = f"        {literal(name)}: [{', '.join(map(as_code, changes))}],"
        long = [f"        {literal(name)}: [", *(f"            {as_code(change)}," for change in changes), "        ],"]
        lines += [line] if len(line) <= _WIDTH else long
    lines += ["    },", "    measure={"]
    lines += [f"        {literal(name)}: {one.text}," for name, one in made.items()]
    lines += ["    },", f"    replicas={replicas},"]
    if max_steps is not None:
        lines.append(f"    max_steps={max_steps},")
    return _text([*lines, ")", "print(study.price_tag())", "study.run()", "print(study)"])


def judging(store: Store, key: str) -> str:
    """Code that shows the effects of an experiment."""
    found = f"study = next(one for one in il.studies(store) if one.key == {literal(key)})"
    return _text([*opening(store), found, "", "print(study)", "study.effects()", "study.plot()"])


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"
