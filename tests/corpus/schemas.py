"""The types that the corpus asks for, by name.

Every answer of the corpus names one of `SCHEMAS`. What a type's fields mean (their units above all) is said
in descriptions, so that a reader who sees the schema and the answer needs nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, NotRequired, Optional

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, StringConstraints
from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12

# Bare types.

Percentage = Annotated[int, Field(ge=0, le=100, description="percent, 0 to 100")]
Probability = Annotated[float, Field(ge=0, le=1, description="a probability, 0 to 1")]
Move = Literal["cooperate", "defect"]
Stars = Literal[1, 2, 3, 4, 5]
Status = Literal["todo", "in_progress", "done"]
PriceUSD = Annotated[float, Field(ge=0, description="price in US dollars")]
RGB = tuple[
    Annotated[int, Field(ge=0, le=255, description="red")],
    Annotated[int, Field(ge=0, le=255, description="green")],
    Annotated[int, Field(ge=0, le=255, description="blue")],
]


class Sentiment(Enum):
    """Values are lower-case words."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


class Severity(Enum):
    """Values are numbers, labels are words."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


# Objects of one level.


@dataclass
class Person:
    """A person."""

    name: str
    age: Annotated[int, Field(ge=0, description="age in years")]


@dataclass
class GameAction:
    """What a player does and why."""

    reasoning: str
    move: Move


@dataclass
class Survey:
    """Everything may be left out."""

    satisfied: bool | None = None
    visits: int | None = None
    comment: str | None = None


class Bid(BaseModel):
    """A bid in an auction."""

    bidder: str
    amount: Annotated[float, Field(ge=0, description="in US dollars")]
    withdrawn: bool = False


class Ticket(BaseModel):
    """An entry of an issue tracker."""

    title: str
    priority: Literal["low", "medium", "high"]
    tags: list[str] = []
    assignee: str | None = None
    estimate_hours: float | None = None


class Review(BaseModel):
    """Keys are camelCase on the wire; the fields' own names are taken too."""

    model_config = ConfigDict(populate_by_name=True)

    product_name: str = Field(alias="productName")
    star_rating: Stars = Field(alias="starRating")
    would_recommend: bool = Field(alias="wouldRecommend")


class Contact(BaseModel):
    """Fields that go by several names, and one with a pattern."""

    full_name: str = Field(validation_alias=AliasChoices("full_name", "name"))
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
    phone: str | None = Field(default=None, validation_alias=AliasChoices("phone", "telephone", "tel"))


class Account(BaseModel):
    """Constrained throughout."""

    username: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", min_length=3, max_length=16)]
    karma: Annotated[int, Field(ge=-100, le=100)]
    roles: Annotated[list[Literal["reader", "editor", "admin"]], Field(min_length=1, max_length=3)]


class Generation(BaseModel):
    """No key beside these is allowed."""

    model_config = ConfigDict(extra="forbid")

    temperature: Annotated[float, Field(ge=0, le=2)]
    max_tokens: Annotated[int, Field(gt=0)]
    stop: list[str] = []


class Weather(BaseModel):
    """A report."""

    temperature_c: float = Field(description="in degrees Celsius")
    humidity_percent: Percentage
    condition: Literal["sunny", "cloudy", "rainy", "snowy"]


class Verdict(BaseModel):
    """A judgement with reasons."""

    guilty: bool
    confidence: Probability
    reasons: Annotated[list[str], Field(min_length=1)]


class Incident(BaseModel):
    """An enumeration with number values inside an object."""

    summary: str
    severity: Severity
    resolved: bool


class Event(BaseModel):
    """Dates."""

    title: str
    start: date
    end: date | None = None
    starts_at: time | None = None


class Invoice(BaseModel):
    """Exact amounts."""

    number: str
    total: Decimal
    currency: Literal["USD", "EUR", "GBP"]
    due: date
    paid: bool


class Snippet(BaseModel):
    """Program text as a string."""

    language: str
    code: str


class Letter(BaseModel):
    """Long text as a string."""

    subject: str
    body: str


class Solution(BaseModel):
    """Reasoning beside its result."""

    steps: list[str]
    result: int


class Trip(BaseModel):
    """Units stated in names and descriptions."""

    destination: str
    distance_km: Annotated[float, Field(gt=0)]
    duration_minutes: Annotated[int, Field(gt=0)]


class Movie(TypedDict):
    """A TypedDict with a key that may be missing."""

    title: str
    year: int
    director: NotRequired[str]


# Nested, recursive, and of several kinds.


class Customer(BaseModel):
    """Who orders."""

    name: str
    email: str | None = None


class LineItem(BaseModel):
    """What is ordered."""

    sku: str
    quantity: Annotated[int, Field(ge=1)]
    unit_price: Annotated[float, Field(ge=0, description="in US dollars")]


class Order(BaseModel):
    """Nested objects and a list of them."""

    order_id: str
    customer: Customer
    items: Annotated[list[LineItem], Field(min_length=1)]


@dataclass
class Ingredient:
    """One line of a recipe."""

    name: str
    quantity: float
    unit: str | None = None


@dataclass
class Recipe:
    """Nested dataclasses."""

    title: str
    servings: int
    ingredients: list[Ingredient]
    steps: list[str]


@dataclass
class Comment:
    """A thread: recursive."""

    author: str
    text: str
    replies: list[Comment] = field(default_factory=list)


class Folder(BaseModel):
    """Recursive through an optional field."""

    name: str
    size_kb: int
    child: Optional[Folder] = None  # noqa: UP045  (the spelling is part of what is tried)


class Circle(BaseModel):
    """A shape."""

    kind: Literal["circle"]
    radius: Annotated[float, Field(gt=0)]


class Rectangle(BaseModel):
    """A shape."""

    kind: Literal["rectangle"]
    width: Annotated[float, Field(gt=0)]
    height: Annotated[float, Field(gt=0)]


Shape = Annotated[Circle | Rectangle, Field(discriminator="kind")]


class SpeakAction(BaseModel):
    """Say something to all."""

    action: Literal["speak"]
    text: str


class TradeAction(BaseModel):
    """Offer a trade."""

    action: Literal["trade"]
    give: str
    want: str


class PassAction(BaseModel):
    """Do nothing."""

    action: Literal["pass"]


TurnAction = Annotated[SpeakAction | TradeAction | PassAction, Field(discriminator="action")]


@dataclass
class AcceptOffer:
    """Told apart by its fields alone."""

    accepted_price: float


@dataclass
class CounterOffer:
    """Told apart by its fields alone."""

    counter_price: float
    reason: str


class Turn(BaseModel):
    """A discriminated union inside an object."""

    player: str
    turn_action: TurnAction


class Rank(BaseModel):
    """An entry of a ranking."""

    rank: Annotated[int, Field(ge=1)]
    option: str
    score: float


SCHEMAS: dict[str, Any] = {
    "Integer": int,
    "Percentage": Percentage,
    "Number": float,
    "Probability": Probability,
    "PriceUSD": PriceUSD,
    "YesNo": bool,
    "Text": str,
    "Move": Move,
    "Status": Status,
    "Stars": Stars,
    "Sentiment": Sentiment,
    "Severity": Severity,
    "MaybeInteger": int | None,
    "IntegerOrText": int | str,
    "Day": date,
    "Moment": datetime,
    "Amount": Decimal,
    "Integers": list[int],
    "Names": list[str],
    "Pair": tuple[int, int],
    "RGB": RGB,
    "Points": list[tuple[float, float]],
    "Matrix": list[list[int]],
    "ScoreTable": dict[str, int],
    "Votes": dict[str, Literal["yes", "no", "abstain"]],
    "Roles": set[Literal["reader", "editor", "admin"]],
    "Person": Person,
    "MaybePerson": Person | None,
    "People": list[Person],
    "GameAction": GameAction,
    "Survey": Survey,
    "Bid": Bid,
    "Bids": list[Bid],
    "Ticket": Ticket,
    "Review": Review,
    "Contact": Contact,
    "Account": Account,
    "Generation": Generation,
    "Weather": Weather,
    "Verdict": Verdict,
    "Incident": Incident,
    "Event": Event,
    "Invoice": Invoice,
    "Snippet": Snippet,
    "Letter": Letter,
    "Solution": Solution,
    "Trip": Trip,
    "Movie": Movie,
    "Order": Order,
    "Recipe": Recipe,
    "Comment": Comment,
    "Folder": Folder,
    "Shape": Shape,
    "Shapes": list[Shape],
    "TurnAction": TurnAction,
    "Turn": Turn,
    "Offer": AcceptOffer | CounterOffer,
    "Ranking": list[Rank],
}
