"""The units of figures: percent, points, rates, counts, and amounts such as minutes or dollars."""

from __future__ import annotations

from .numbers import COUNT, PERCENT, POINTS

DIRECTION = "direction"  # of a question of which pages say only which group is ahead
CURRENCIES = {"dollars": "$", "euros": "€", "pounds": "£"}
CLDR_UNITS = {  # amounts, by the unit of CLDR that writes them in each language
    "seconds": "duration-second",
    "minutes": "duration-minute",
    "hours": "duration-hour",
    "days": "duration-day",
    "weeks": "duration-week",
    "months": "duration-month",
    "years": "duration-year",
    "millimetres": "length-millimeter",
    "centimetres": "length-centimeter",
    "metres": "length-meter",
    "kilometres": "length-kilometer",
    "miles": "length-mile",
    "grams": "mass-gram",
    "kilograms": "mass-kilogram",
    "tonnes": "mass-tonne",
    "litres": "volume-liter",
}
RATES = {  # as sentences of the catalogues
    "per-1000": "{number} per 1,000",
    "per-10000": "{number} per 10,000",
    "per-100000": "{number} per 100,000",
    "per-million": "{number} per million",
}
SCORE = "score"  # a number without a unit that may have decimals, such as a mean on a scale or an index
WITHOUT_RATIO = (POINTS, SCORE)  # units of which no value is twice another; amounts of money have none below 0, either
AMOUNTS = (COUNT, POINTS, SCORE, *RATES, *CURRENCIES, *CLDR_UNITS)
UNITS_OF_QUESTIONS = (PERCENT, DIRECTION, *AMOUNTS)
