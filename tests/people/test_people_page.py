"""The page: who has the link plays, with others at once; strangers get nothing; the form refuses beside the field."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

import interlab as il
from interlab.actors.human import HumanActor
from interlab.errors import AnswerTimedOut, InvalidArgument
from interlab.people import PageConsole, Question

EVIL = (
    "<img src='http://evil.test/x' onerror='window.__pwned=1'><script>window.__pwned=1</script>"
    "</script>]]><svg/onload=window.__pwned=1> **bold** [link](javascript:window.__pwned=1)"
)


class Extra(BaseModel):
    name: str
    weight_kg: float = Field(1.5, gt=0)


class Move(BaseModel):
    """A move."""

    price: int = Field(description="In dollars.", ge=0, le=5000)
    accept: bool = False
    kind: Literal["offer", "counter", "final"] = "offer"
    payment: set[Literal["cash", "card", "cheque"]] = {"cash"}
    message: str = Field(min_length=1)
    extras: list[Extra] = []
    deadline: int | None = Field(None, gt=0)
    rival: Extra | int = 3


@pytest.fixture
def page(threads: ThreadPoolExecutor) -> Iterator[PageConsole]:  # closed before the threads that wait for it
    with PageConsole() as page:
        yield page


def call(url: str, *, secret: str = "", body: Any = None, **headers: str) -> tuple[int, Any]:
    """A request as a program would make it: its status, and what came."""
    data = None if body is None else json.dumps(body).encode()
    headers = {key.replace("_", "-"): value for key, value in headers.items()}
    if secret:
        headers["Authorization"] = f"Bearer {secret}"
    if data is not None:
        headers.setdefault("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=30) as answer:
            text, status = answer.read().decode(), answer.status
    except urllib.error.HTTPError as error:
        text, status = error.read().decode(), error.code
    return status, json.loads(text) if text.startswith("{") else text


def parts(link: str) -> tuple[str, str]:
    address, _, secret = link.partition("#")
    return address, secret


# Who may ----------------------------------------------------------------------------------------------------


def test_a_stranger_gets_nothing(page: PageConsole, threads: ThreadPoolExecutor) -> None:
    address, secret = parts(page.link("Bob"))
    future = threads.submit(page.ask, Question("Bob", "The secret question?", seen=("secret",)))
    assert call(address + "api/view", secret=secret)[1]["question"]["prompt"] == "The secret question?"
    shell = call(address)[1]
    assert "Bob" not in shell
    assert "secret" not in shell
    for wrong in ("", "x", secret[:-1], secret + "x", secret.lower() + "é".encode().decode("latin-1")):
        for path, body in (("api/view", None), ("api/answer", {"question": 1, "value": "x"}), ("api/cancel", {})):
            status, text = call(address + path, secret=wrong, body=body)
            assert (status, text) == (403, "This needs the link of a seat.")
    assert call(address + "api/view?secret=" + secret)[0] == 403
    assert not future.done()
    assert call(address + "api/answer", secret=secret, body={"question": 1, "value": "me"})[1] == {"ok": True}
    assert future.result(5).value == "me"


def test_links_are_secrets_of_their_own(page: PageConsole, threads: ThreadPoolExecutor) -> None:
    secrets = {parts(page.link(f"seat {number}"))[1] for number in range(50)}
    assert len(secrets) == 50
    assert min(map(len, secrets)) >= 32
    assert page.link("seat 1") == page.link("seat 1")
    future = threads.submit(page.ask, Question("seat 1", "Well?"))
    address, other = parts(page.link("seat 2"))
    assert call(address + "api/view?after=-1", secret=other)[1]["question"] is None
    assert call(address + "api/answer", secret=other, body={"question": 1, "value": "x"})[1] == {
        "ok": False, "late": True,
    }  # fmt: skip
    own = parts(page.link("seat 1"))[1]
    call(address + "api/view", secret=own)
    call(address + "api/cancel", secret=own, body={"question": 1})
    assert future.result(5).outcome == "cancelled"


def test_a_link_is_worth_nothing_after_the_run() -> None:
    with PageConsole(["Bob"]) as page:
        address, secret = parts(page.link("Bob"))
        assert call(address + "api/view", secret=secret)[0] == 200
    with pytest.raises(urllib.error.URLError):
        call(address + "api/view", secret=secret)
    with PageConsole(["Bob"], port=page.port) as later:  # the same port and seat, another secret
        assert call(address + "api/view", secret=secret)[0] == 403
        assert later.link("Bob") != address + "#" + secret
    with pytest.raises(InvalidArgument, match="closed"):
        page.link("Bob")


def test_other_sites_and_other_names_are_refused(page: PageConsole) -> None:
    address, secret = parts(page.link("Bob"))
    view = address + "api/view"
    assert call(view, secret=secret, Host="evil.test")[0] == 403
    assert call(view, secret=secret, Origin="http://evil.test")[0] == 403
    assert call(view, secret=secret, Origin="null")[0] == 403
    assert call(view, secret=secret, Sec_Fetch_Site="cross-site")[0] == 403
    assert call(address + "api/answer", secret=secret, body={"question": 1}, Content_Type="text/plain")[0] == 415
    assert call(address + "api/answer", secret=secret, body=[1])[0] == 400
    assert call(address + "api/answer", secret=secret, body={"value": "x" * 1_100_000})[0] == 413
    assert call(address + "../console.py", secret=secret)[0] == 404


@pytest.mark.parametrize(
    "wrong", [{"port": 10**6}, {"host": "0.0.0.0"}, {"address": "play.example.org"}, {"address": "http://a/b"}]
)
def test_where_it_can_not_listen(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        PageConsole(**wrong)


def test_reached_through_a_tunnel() -> None:
    with PageConsole(["Bob"], address="https://play.example.org/") as page:
        assert page.link("Bob").startswith("https://play.example.org/#")
        local, secret = f"http://127.0.0.1:{page.port}/", parts(page.link("Bob"))[1]
        headers = {"Host": "play.example.org", "Origin": "https://play.example.org"}
        assert call(local + "api/view", secret=secret, **headers)[0] == 200


def test_whose_link_nobody_has_is_announced_once(threads: ThreadPoolExecutor) -> None:
    told: list[tuple[str, str]] = []
    with PageConsole(["Bob"], announce=lambda seat, link: told.append((seat, link))) as page:
        for seat in ("Bob", "Eve", "Eve"):
            page.ask(Question(seat, "Quick?", time_limit_s=0.01))
        assert told == [("Eve", page.link("Eve"))]


# In Chromium ------------------------------------------------------------------------------------------------


@dataclass
class Player:
    """Somebody in front of a page."""

    visit: Any
    page: Any = field(init=False)

    def __post_init__(self) -> None:
        self.page = self.visit.page

    @property
    def box(self) -> Any:
        return self.page.get_by_role("textbox", name="Your answer")

    @property
    def send(self) -> Any:
        return self.page.get_by_role("button", name="Send")

    def field(self, key: str) -> Any:
        return self.page.locator(f'[data-key="{key}"]').first

    def fault(self, key: str) -> Any:
        return self.field(key).locator(".ilp-fault:visible").first


@pytest.fixture
def join(chromium: Any) -> Iterator[Callable[..., Player]]:
    """Opens pages as several people would; none may ask for anything else, and no script may fail."""
    from contextlib import ExitStack

    players: list[tuple[Player, str]] = []
    with ExitStack() as stack:

        def joined(link: str, **more: Any) -> Player:
            player = Player(stack.enter_context(chromium.visit(link, **more)))
            players.append((player, link.partition("#")[0]))
            return player

        yield joined
        for player, address in players:
            visit = player.visit
            assert (visit.foreign(address), visit.errors, visit.dialogs, visit.policy) == ([], [], [], [])
            assert visit.connections == []
            assert player.page.evaluate("window.__pwned ?? null") is None


def asked(threads: ThreadPoolExecutor, actor: il.BaseActor, prompt: str, of: Any = None) -> Future[Any]:
    return threads.submit(lambda: actor.query(prompt, expected_type=of))


def test_a_form_is_played(page: PageConsole, threads: ThreadPoolExecutor, join: Any, expect: Any) -> None:
    bob = HumanActor("Bob", console=page, system_prompt="Be Bob.")
    bob.observe("Ann: It is $3,000.")
    player = join(page.link("Bob"))
    expect(player.page.locator(".ilp-state")).to_have_text("Waiting")
    expect(player.send).to_have_count(0)
    future = asked(threads, bob, "Your move?", Move)
    expect(player.page.locator(".ilp-state")).to_have_text("Your turn")
    expect(player.page.locator(".ilp-part")).to_contain_text("Be Bob.")
    expect(player.page.locator(".ilp-bubble")).to_contain_text("It is $3,000.")
    expect(player.field("price")).to_contain_text("In dollars.")
    # Wrong input is refused beside its field, and nothing is sent.
    player.send.click()
    expect(player.fault("price")).to_have_text("Give a whole number.")
    expect(player.fault("message")).to_have_text("Write something.")
    player.field("price").get_by_role("textbox").fill("9000")
    player.send.click()
    expect(player.fault("price")).to_have_text("At most 5000.")
    assert not future.done()
    # All kinds of fields, and the JSON that they make.
    player.field("price").get_by_role("slider").fill("2400")
    expect(player.field("price").get_by_role("textbox")).to_have_value("2400")
    player.field("accept").get_by_label("Yes").check()
    player.field("kind").get_by_label("final").check()
    player.field("payment").get_by_label("cheque").check()
    player.field("message").get_by_role("textbox").fill("Well …")
    player.field("extras").get_by_role("button", name="Add").click()
    player.field("extras").get_by_role("button", name="Add").click()
    player.field("extras").get_by_role("button", name="Remove this item").last.click()
    player.field("extras").get_by_label("Name").fill("tyres")
    player.field("deadline").get_by_role("checkbox").check()
    player.field("deadline").get_by_role("textbox").fill("2")
    player.field("rival").get_by_role("combobox").select_option(label="Extra")
    player.field("rival").get_by_label("Name").fill("rival")
    player.page.get_by_text("JSON", exact=True).click()
    wanted = {
        "price": 2400, "accept": True, "kind": "final", "payment": ["cash", "cheque"], "message": "Well …",
        "extras": [{"name": "tyres", "weight_kg": 1.5}], "deadline": 2, "rival": {"name": "rival", "weight_kg": 1.5},
    }  # fmt: skip
    assert json.loads(player.page.locator(".ilp-preview pre").inner_text()) == wanted
    player.send.click()
    assert future.result(15) == Move.model_validate(wanted)
    expect(player.page.locator(".ilp-state")).to_have_text("Waiting")
    expect(player.send).to_have_count(0)


def test_faults_that_only_the_server_sees_stand_beside_their_fields(
    page: PageConsole, threads: ThreadPoolExecutor, join: Any, expect: Any
) -> None:
    schema = {
        "type": "object",
        "properties": {"code": {"type": "string", "pattern": "^[A-Z]{3}$"},
                       "when": {"type": "string", "format": "time"},
                       "unique": {"type": "array", "items": {"type": "integer"}, "uniqueItems": True}},
        "required": ["code", "when", "unique"],
    }  # fmt: skip
    future = threads.submit(page.ask, Question("Bob", "Well?", schema=schema))
    player = join(page.link("Bob"))
    player.field("code").get_by_role("textbox").fill("abc")
    player.field("when").get_by_role("textbox").fill("noon")
    for number in (1, 1):
        player.field("unique").get_by_role("button", name="Add").click()
        player.field("unique").get_by_role("textbox").last.fill(str(number))
    player.send.click()
    expect(player.fault("code")).to_contain_text("must match the pattern")
    expect(player.fault("when")).to_contain_text("A time, such as")
    expect(player.fault("unique")).to_contain_text("twice")
    player.field("code").get_by_role("textbox").fill("ABC")
    player.field("when").get_by_role("textbox").fill("12:00")
    player.field("unique").get_by_role("textbox").last.fill("2")
    player.field("code").get_by_role("textbox").press("Control+Enter")
    assert future.result(15).value == {"code": "ABC", "when": "12:00", "unique": [1, 2]}


def test_two_people_at_once_one_reloads_and_one_never_answers(
    page: PageConsole, threads: ThreadPoolExecutor, join: Any, expect: Any
) -> None:
    ann = HumanActor("Ann", console=page, system_prompt="Ann's secret part.", time_limit_s=30)
    bob = HumanActor("Bob", console=page, system_prompt="Bob's secret part.", time_limit_s=0.5)
    talk = il.Conversation([ann, bob], seed=1)
    talk.announce("Only for Ann.", to=["Ann"])
    first, second = join(page.link("Ann")), join(page.link("Bob"))
    assert page.wait_for("Ann", "Bob", timeout_s=60)
    future = threads.submit(lambda: talk.run(max_steps=3, progress=False))
    first.box.fill("Hello, Bob.")
    first.box.press("Enter")
    # It is Bob's turn, who says nothing; then Ann's again, who has reloaded the page meanwhile.
    expect(second.page.locator(".ilp-past")).to_contain_text("Hello, Bob.")
    first.page.reload()
    expect(first.page.locator(".ilp-own")).to_have_count(1)
    expect(first.page.locator(".ilp-own")).to_contain_text("Hello, Bob.")
    expect(second.page.locator(".ilp-none")).to_have_text("Time ran out.")
    expect(first.box).to_be_visible()
    first.box.fill("Nobody there?")
    first.send.click()
    run = future.result(15)
    assert [str(message) for message in talk.transcript] == [
        "Only for Ann.", "Ann: Hello, Bob.", "Ann: Nobody there?",
    ]  # fmt: skip
    failed = [node for node in run.node.find_nodes(kind="model") if node.state == "error"]
    assert [(node.name, node.children[0].result["outcome"]) for node in failed] == [("human/Bob", "timed out")]
    expect(first.page.locator("body")).to_contain_text("Only for Ann.")
    seen = second.page.locator("body").inner_text()
    assert "Only for Ann." not in seen
    assert "Ann's secret part." not in seen
    page.close()
    for player in (first, second):
        expect(player.page.locator("body")).to_contain_text("The run is over.")
        expect(player.send).to_have_count(0)


def test_the_clock_and_the_way_out(page: PageConsole, threads: ThreadPoolExecutor, join: Any, expect: Any) -> None:
    bob = HumanActor("Bob", console=page, time_limit_s=600, default="I pass.")
    player = join(page.link("Bob"))
    future = asked(threads, bob, "Well?")
    left = player.page.locator(".ilp-left")
    expect(left).to_contain_text("Without an answer it counts as: I pass.")
    assert left.inner_text().split()[0] in {"10:00", "9:59", "9:58", "9:57"}
    player.send.click()
    expect(player.page.locator(".ilp-fault:visible")).to_have_text("Write something.")
    player.page.get_by_role("button", name="Give no answer").click()
    assert future.result(15) == "I pass."
    expect(player.page.locator(".ilp-none")).to_have_text("You gave no answer.")
    quick = HumanActor("Bob", console=page, time_limit_s=0.05, may_cancel=False)
    with pytest.raises(AnswerTimedOut):
        quick.query("Quick!")


def test_a_stranger_in_a_browser(page: PageConsole, join: Any, expect: Any) -> None:
    page.link("Bob")
    player = join(f"http://127.0.0.1:{page.port}/#guess")
    expect(player.page.locator("body")).to_contain_text("This link is not valid")
    assert "Bob" not in player.page.content()


def test_text_is_text(page: PageConsole, threads: ThreadPoolExecutor, join: Any, expect: Any) -> None:
    schema = {
        "title": EVIL, "description": EVIL, "type": "object", "required": [EVIL, "b", "c"],
        "properties": {
            EVIL: {"type": "string", "default": EVIL, "title": EVIL, "description": EVIL},
            "__proto__": {"type": "integer", "title": EVIL},
            "b": {"enum": [EVIL, "y"], "title": EVIL},
            "c": {"enum": [EVIL, *"abcdefgh"], "title": EVIL},
        },
    }  # fmt: skip
    question = Question(EVIL, EVIL, EVIL, (EVIL, f"{EVIL[:30]}: {EVIL}"), schema, 300, True, EVIL)
    future = threads.submit(page.ask, question)
    for scheme in ("light", "dark"):
        player = join(page.link(EVIL), scheme=scheme)
        expect(player.page.locator(".ilp-prompt")).to_have_text(EVIL)
        expect(player.page.locator(".ilp-head strong")).to_have_text(f"{EVIL[:79]}…")
        assert player.page.locator("img, svg, script:not([src]), a").count() == 0
    player.page.get_by_text("JSON", exact=True).click()
    for number in (0, 1):
        player.page.locator("select").nth(number).select_option(index=1)
    player.send.click()
    assert future.result(15).value == {EVIL: EVIL, "b": EVIL, "c": EVIL}
    expect(player.page.locator(".ilp-own")).to_contain_text("onerror")


def test_it_fits_a_phone_and_both_schemes(
    page: PageConsole, threads: ThreadPoolExecutor, join: Any, expect: Any
) -> None:
    bob = HumanActor("Bob", console=page, system_prompt="w" * 500)
    bob.observe("Ann: " + "x" * 500)
    future = asked(threads, bob, "y" * 300, Move)
    grounds = []
    for scheme in ("light", "dark"):
        player = join(page.link("Bob"), width=360, scheme=scheme)
        expect(player.send).to_be_visible()
        assert player.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        color = player.page.locator("#seat").evaluate("one => getComputedStyle(one).backgroundColor")
        grounds.append(sum(int(part) for part in color[4:-1].split(",")))
    assert grounds[0] > 700
    assert grounds[1] < 120
    player.page.get_by_role("button", name="Give no answer").click()
    with pytest.raises(il.InterLabError):
        future.result(15)
