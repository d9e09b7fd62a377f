"""A person at the terminal."""

from __future__ import annotations

import io

import pytest

from interlab.errors import ModelUnavailable
from interlab.models import get_model


def test_the_person_sees_the_messages_and_answers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("$2,500\n"))
    reply = get_model("console").generate([("system", "Sell."), ("user", "Offer?\x1b[2J")])
    assert reply.text == "$2,500"
    shown = capsys.readouterr().out
    assert "[system]\nSell." in shown
    assert "Offer?" in shown
    assert "\x1b" not in shown, "messages can't rewrite the terminal"


@pytest.mark.parametrize("stdin", [io.StringIO(""), None])
def test_nobody_there(stdin: io.StringIO | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", stdin)
    with pytest.raises(ModelUnavailable, match="standard input is closed"):
        get_model("console").generate("Hi")
