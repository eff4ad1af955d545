"""Units of quantities: names, sizes, and where they stand beside a number. Pure functions."""

from __future__ import annotations

import re

from claims.types import Span

CURRENCIES = {
    "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD",
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR",
    "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "sterling": "GBP",
    "¥": "JPY", "yen": "JPY", "jpy": "JPY", "yuan": "CNY", "cny": "CNY",
    "a$": "AUD",
    "au$": "AUD", "ca$": "CAD", "aud": "AUD", "c$": "CAD", "cad": "CAD", "nz$": "NZD", "nzd": "NZD",
    "chf": "CHF", "francs": "CHF", "rupees": "INR", "inr": "INR", "krona": "SEK",
    "kroner": "NOK", "krone": "NOK", "kronor": "SEK", "rand": "ZAR", "pesos": "MXN",
}  # fmt: skip
# Names of a unit, the unit it is turned into, and how many of those it is.
_MEASURES = (
    ("kilometres kilometers kilometre kilometer km kms", "m", 1000.0),
    ("miles mile", "m", 1609.344),
    ("metres meters metre meter m", "m", 1.0),
    ("centimetres centimeters centimetre centimeter cm", "m", 0.01),
    ("millimetres millimeters millimetre millimeter mm", "m", 0.001),
    ("feet foot ft", "m", 0.3048),
    ("inches inch", "m", 0.0254),
    ("yards yard", "m", 0.9144),
    ("kilograms kilogrammes kilogram kilos kilo kg", "kg", 1.0),
    ("grams grammes gram", "kg", 0.001),
    ("tonnes tonne", "kg", 1000.0),
    ("tons ton", "kg", 1000.0),
    ("ounces ounce oz", "kg", 0.0283495),
    ("hectares hectare ha", "ha", 1.0),
    ("acres acre", "ha", 0.404686),
    ("litres liters litre liter", "l", 1.0),
    ("megalitres megaliters", "l", 1e6),
    ("gallons gallon", "l", 3.78541),
    ("kilowatts kilowatt kw", "W", 1e3),
    ("megawatts megawatt mw", "W", 1e6),
    ("gigawatts gigawatt gw", "W", 1e9),
    ("kilowatt-hours kwh", "Wh", 1e3),
    ("megawatt-hours mwh", "Wh", 1e6),
    ("gigawatt-hours gwh", "Wh", 1e9),
    ("terawatt-hours twh", "Wh", 1e12),
    ("kmh km/h kph", "km/h", 1.0),
    ("mph", "km/h", 1.609344),
    ("seconds second", "days", 1 / 86400),
    ("minutes minute", "days", 1 / 1440),
    ("hours hour", "days", 1 / 24),
    ("days day", "days", 1.0),
    ("nights night", "days", 1.0),
    ("weeks week", "days", 7.0),
    ("fortnights fortnight", "days", 14.0),
    ("months month", "days", 365.25 / 12),
    ("years year", "days", 365.25),
    ("decades decade", "days", 3652.5),
    ("centuries century", "days", 36525.0),
)
UNITS = {name: (unit, size) for names, unit, size in _MEASURES for name in names.split()}
# Longer names of measures, which the table above would read as something else.
_PHRASES = (
    (r"percentage[- ]points?|(?:per ?cent|%)[- ]points?|basis points?", "points", 1.0),
    (r"%|per ?cent\b|pct\b|pc\b|percent\b", "%", 1.0),
    (r"square[- ](?:kilometres?|kilometers?|km)\b|km2\b|km²|sq\.? km\b", "ha", 100.0),
    (r"square[- ]miles?\b", "ha", 258.999),
    (r"square[- ](?:metres?|meters?|m)\b|m2\b|m²|sq\.? m\b", "ha", 1e-4),
    (r"cubic[- ](?:metres?|meters?)\b|m³", "l", 1000.0),
    (r"(?:kilometres|kilometers|km) (?:per|an) hour\b|km/h\b|kph\b", "km/h", 1.0),
    (r"miles (?:per|an) hour\b|mph\b", "km/h", 1.609344),
    (r"(?:degrees? (?:celsius|centigrade)|degrees? c\b|°\s?c\b|c\b(?=[ ,.]|$))", "°C", 1.0),
    (r"(?:degrees? fahrenheit|degrees? f\b|°\s?f\b)", "°F", 1.0),
    (r"degrees?\b", "degrees", 1.0),
    (r"times\b|-?fold\b", "times", 1.0),
)
PHRASE = re.compile(
    r"[ \u00a0-]?(?:" + "|".join(f"(?P<p{n}>{p})" for n, (p, _, _) in enumerate(_PHRASES)) + ")",
    re.IGNORECASE,
)
WORD_AFTER = re.compile(r"[ \u00a0-]?([A-Za-zÀ-ÿ]+(?:/h)?)")
MONEY_BEFORE = re.compile(
    r"(?:(?<![A-Za-z])[A-Z]{0,3}\$|[€£¥]|\b(?:USD|EUR|GBP|CHF|AUD|CAD|JPY)) ?$", re.IGNORECASE
)
_DOLLARS_OF = {
    "us": "USD", "american": "USD", "canadian": "CAD", "australian": "AUD", "new zealand": "NZD",
    "hong kong": "HK$", "singapore": "S$",
}  # fmt: skip
MONEY_AFTER = re.compile(
    rf"[ \u00a0-]?(?:(?P<of>{'|'.join(_DOLLARS_OF)}) (?=dollar))?"
    r"(?P<word>dollars?|euros?|pounds?|sterling|yen|yuan|francs|rupees|krona|kronor|kroner|pesos"
    r"|rand|USD|EUR|GBP|CHF|AUD|CAD|JPY)\b|[ \u00a0]?(?P<sign>[€£])",
    re.IGNORECASE,
)


# As much of the text beside a number as may hold its unit, its hedge and what it counts.
_BEFORE_CHARS, _AFTER_CHARS = 40, 60


def text_beside(text: str, span: Span) -> tuple[str, str]:
    """What stands right before and right after a number."""
    before = text[max(0, span.start - _BEFORE_CHARS) : span.start]
    return before, text[span.end : span.end + _AFTER_CHARS]


def unit_after(after: str) -> tuple[str, float, int] | None:
    """(unit, size, characters) of a unit that follows."""
    if match := PHRASE.match(after):
        place = next(n for n in range(len(_PHRASES)) if match[f"p{n}"])
        _, unit, size = _PHRASES[place]
        if "basis" in match[0].lower():
            size = 0.01
        return unit, size, match.end()
    if match := WORD_AFTER.match(after):
        word = match[1]
        name = word.lower()
        # "m" and the like are units only in small letters, "MW" in any.
        if name in UNITS and (len(name) > 2 or word == name or name in {"mw", "gw", "kw"}):
            return (*UNITS[name], match.end())
    return None


def currency_after(money: re.Match[str]) -> str:
    """The currency of a match of MONEY_AFTER."""
    if money["of"]:
        return _DOLLARS_OF[money["of"].lower()]
    return CURRENCIES[(money["word"] or money["sign"]).lower()]


def currency_of(sign: str) -> str:
    """The currency of a sign before a number; an unknown dollar ("HK$") is one of its own."""
    name = sign.strip().lower()
    return CURRENCIES.get(name, name.upper())
