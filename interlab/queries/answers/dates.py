"""Days, times and moments as people write them, where they have one reading."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone

from interlab.queries.answers.names_of_days import MONTHS, WEEKDAYS


def _any(names: dict[str, int]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_MONTH = rf"(?:{_any(MONTHS)})\.?"
_WEEKDAY = rf"(?:(?P<weekday>{_any(WEEKDAYS)})\.?,?\s+(?:the\s+|den\s+|le\s+)?)?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|\.)?"
_FORMS = [
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
    r"(?P<year>[12]\d{3})(?P<month>[01]\d)(?P<day>[0-3]\d)",
    r"(?P<year>\d{4})\s?年\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日",
    r"(?P<year>\d{4})\s?년\s?(?P<month>\d{1,2})\s?월\s?(?P<day>\d{1,2})\s?일",
    rf"{_WEEKDAY}{_DAY}(?:\s+of|\s+de|-)?[\s-]*(?P<name>{_MONTH})(?:\s+de|\s+del)?,?[\s-]*(?P<year>\d{{4}})",
    rf"{_WEEKDAY}(?P<name>{_MONTH})\s+(?:the\s+)?{_DAY},?\s+(?P<year>\d{{4}})",
    rf"(?P<year>\d{{4}}),?[\s-]+(?P<name>{_MONTH})[\s-]+{_DAY}",
    r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})",
]
_DATES = [
    re.compile(
        rf"(?<!\d){form}" if "年" in form or "년" in form else rf"(?<![\w/.:-]){form}(?![\w/-]|[.:]\d)", re.IGNORECASE
    )
    for form in _FORMS
]
_TIME = (
    r"(?P<hour>\d{1,2})(?:(?::|\s?h\s?|[時时点點]|시\s?|"
    r"\.(?=\d\d\s*(?:[ap]|uhr)))(?P<minute>\d{2})[分분]?(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?)?"
    r"\s*(?P<half>a\.?m\.?|p\.?m\.?)?(?:\s*(?:o['’]clock|uhr|hrs?|hours))?\s*"
    r"(?P<zone>z|utc|gmt|[+-]\d{2}:?\d{2}|(?:utc|gmt)\s?[+-]\d{1,2}(?::?\d{2})?)?"
)
_WHOLE_TIME = re.compile(_TIME, re.IGNORECASE)
_BETWEEN = (
    r"(?:(?:\s(?:года|г\.|roku|r\.))?\s*(?:,|t(?=\d)|at|um|à|a\s+las|alle(?:\s+ore)?|ore|às|om|"
    r"o(?:\s+godz(?:inie|\.))?|godz\.|v|ve|в|klo|kl\.?|pukul|jam|saat)\s*|\s+|(?<=[日일]))"
)
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})[tT ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s*([zZ]|[+-]\d{2}:?\d{2})?")


class NoDate(ValueError):
    """A text is no date or time, or not one with a single reading."""


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKC", text).strip().strip("\"'`*“”‘’ ").rstrip(";!").strip("\"'`*“”‘’ ")
    return bare if bare.casefold().endswith((".m.", "sept.")) else bare.rstrip(".")


def _day(match: re.Match[str]) -> date:
    parts = match.groupdict()
    year = int(parts["year"])
    if parts.get("first"):
        first, second = int(parts["first"]), int(parts["second"])
        if first != second and first <= 12 and second <= 12:
            raise NoDate(f"{match.group()} is a day of month {first} or of month {second}")
        day, month = (second, first) if second > 12 else (first, second)
    else:
        day = int(parts["day"])
        name = (parts.get("name") or "").casefold().rstrip(".")
        if name == "listopada" and re.match(r"\d{1,2}\.", match.group()):
            raise NoDate(f"{match.group()!r} is in October in Croatian, and in November in Polish")
        month = MONTHS[name] if name else int(parts["month"])
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise NoDate(f"there is no day {match.group()}") from error
    weekday = (parts.get("weekday") or "").casefold().rstrip(".")
    if weekday and WEEKDAYS[weekday] != found.weekday():
        raise NoDate(f"{found} is no {weekday}")
    return found


def _clock(match: re.Match[str], *, in_words: bool = False) -> time:
    if match["minute"] is None and match["half"] is None:
        raise NoDate(f"{match.group()!r} is no time of day")
    if (
        match["half"] is None
        and match["zone"] is None
        and len(match["hour"]) == 1
        and match["hour"] != "0"
        and not match["second"]
        and in_words
        and not re.search(r"[h.]|uhr", match.group(), re.IGNORECASE)
    ):
        raise NoDate(f"{match.group()!r} is in the morning or in the afternoon")
    hour, minute, second = int(match["hour"]), int(match["minute"] or 0), int(match["second"] or 0)
    half = (match["half"] or "").replace(".", "").casefold()
    if half:
        if not 1 <= hour <= 12:
            raise NoDate(f"{match.group()!r} is no time of day")
        hour = hour % 12 + (12 if half == "pm" else 0)
    fraction = int((match["fraction"] or "0").ljust(6, "0")[:6])
    try:
        return time(hour, minute, second, fraction, tzinfo=_zone(match["zone"]))
    except ValueError as error:
        raise NoDate(f"there is no time {match.group()}") from error


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    digits = re.fullmatch(r"(?:utc|gmt)?\s?([+-])(\d{1,2}):?(\d{2})?", text, re.IGNORECASE)
    if digits is None:
        return UTC
    offset = timedelta(hours=int(digits[2]), minutes=int(digits[3] or 0))
    return timezone(-offset if digits[1] == "-" else offset)


def read_day(text: str) -> str:
    """A day, as ISO 8601 has it. Midnight of a day is that day.

    Raises:
        NoDate: it is none, or has two readings.
    """
    bare = _plain(text)
    midnight = re.fullmatch(r"(.*\d)[T ]00:00(?::00(?:\.0+)?)?(?:Z|\+00:?00)?", bare)
    if midnight is not None:
        bare = midnight[1]
    for form in _DATES:
        match = form.fullmatch(bare)
        if match is not None:
            return _day(match).isoformat()
    raise NoDate(f"{text!r} is no day")


def read_time(text: str) -> str:
    """A time of day, as ISO 8601 has it.

    Raises:
        NoDate: it is none, or has two readings.
    """
    bare = _plain(text)
    if bare.casefold() in ("noon", "12 noon", "midday"):
        return "12:00:00"
    match = _WHOLE_TIME.fullmatch(bare)
    if match is None:
        raise NoDate(f"{text!r} is no time of day")
    return _clock(match).isoformat()


def read_moment(text: str) -> str:
    """A day with a time, as ISO 8601 has it.

    Raises:
        NoDate: it is none, lacks one of the two, or has two readings.
    """
    bare = _plain(text)
    iso = _ISO.fullmatch(bare)
    if iso is not None:
        try:
            datetime.fromisoformat(f"{iso[1]}T{iso[2]}")
        except ValueError as error:
            raise NoDate(f"there is no moment {bare}") from error
        clock = iso[2] if iso[2].count(":") == 2 else iso[2] + ":00"
        zone = (iso[3] or "").upper()
        return f"{iso[1]}T{clock}{zone if ':' in zone or len(zone) < 4 else zone[:3] + ':' + zone[3:]}"
    for form in _DATES:
        day = form.match(bare)
        if day is not None and (rest := re.fullmatch(_BETWEEN + _TIME, bare[day.end() :], re.IGNORECASE)):
            named = "name" in form.groupindex
            return datetime.combine(_day(day), _clock(rest, in_words=named)).isoformat()
        for found in form.finditer(bare):
            before = re.fullmatch(_TIME + r"(?:\s*,\s*|\s+on\s+|\s+)(?:the\s+)?", bare[: found.start()], re.IGNORECASE)
            if found.end() == len(bare) and before is not None and bare[: found.start()].strip():
                named = "name" in form.groupindex
                return datetime.combine(_day(found), _clock(before, in_words=named)).isoformat()
    raise NoDate(f"{text!r} is no day with a time")


def find_dates(text: str, *, with_time: bool) -> Iterator[tuple[int, int]]:
    """Where days (or moments) stand in a text, none inside another."""
    end = -1
    spans = sorted((match.start(), match.end()) for form in _DATES for match in form.finditer(text))
    for start, stop in spans:
        if start < end:
            continue
        if with_time:
            after = re.compile(_BETWEEN + _TIME, re.IGNORECASE).match(text, stop)
            if after is not None and (after["minute"] or after["half"]):
                stop = after.end()
            else:
                before = re.search(
                    _TIME + r"\s*(?:,|on)?\s*(?:the\s+)?$", text[max(0, start - 40) : start], re.IGNORECASE
                )
                if before is not None and (before["minute"] or before["half"]):
                    start = max(0, start - 40) + before.start()
        while stop > start and text[stop - 1].isspace():
            stop -= 1
        end = stop
        yield start, stop
