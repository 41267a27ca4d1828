"""The units of figures: percent, a direction without number, counts, and amounts such as minutes or dollars."""

from __future__ import annotations

from .numbers import COUNT, PERCENT

DIRECTION = "direction"  # of a question of which pages say only which group is ahead
CURRENCIES = {"dollars": "$", "euros": "€", "pounds": "£"}
MEASURES = {  # amounts, by the unit of CLDR that writes them in each language
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
    "tonnes": "mass-metric-ton",
    "litres": "volume-liter",
}
AMOUNTS = (COUNT, *CURRENCIES, *MEASURES)
UNITS_OF_QUESTIONS = (PERCENT, DIRECTION, *AMOUNTS)
