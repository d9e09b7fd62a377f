"""The public names are a promise: exported_names.txt beside this file lists them, changed by hand."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

import interlab

LISTED = (Path(__file__).parent / "exported_names.txt").read_text(encoding="utf-8").split()


def test_the_list_is_sorted_without_repeats() -> None:
    assert sorted(set(LISTED)) == LISTED


def test_exported_names_are_the_listed_ones() -> None:
    exported = list(interlab.__all__)
    assert sorted(exported) == sorted(set(exported)), "a name stands twice in interlab.__all__"
    added, removed = sorted(set(exported) - set(LISTED)), sorted(set(LISTED) - set(exported))
    assert (added, removed) == ([], []), (
        f"interlab.__all__ gained {added} and lost {removed}. If that is meant, change "
        "tests/structure/exported_names.txt with it, and say it in CHANGELOG.md."
    )


@pytest.mark.parametrize("name", LISTED)
def test_name_resolves_and_says_what_it_is_for(name: str) -> None:
    value = getattr(interlab, name)
    if inspect.isclass(value):
        doc = vars(value).get("__doc__") or ""  # not the parent's
        generated = doc.startswith(f"{value.__name__}(")  # what dataclass and namedtuple write themselves
        assert doc.strip(), f"il.{name} has no docstring"
        assert not generated, f"il.{name} has only a generated docstring"
    elif callable(value) or inspect.ismodule(value):
        assert inspect.getdoc(value), f"il.{name} has no docstring"


def test_names_complete_in_a_notebook() -> None:
    assert set(interlab.__all__) <= set(dir(interlab))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = interlab.no_such_name
