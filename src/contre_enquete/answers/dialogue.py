"""Ask people in a terminal what no file says, and let them change each answer until they are content."""

from __future__ import annotations

import os
from collections.abc import Callable

from ..text.language import ENGLISH, Language, list_languages
from .draft import Draft, OpenQuestion
from .preview import render_open_question, render_preview

Choices = dict[str, dict[str, str]]  # the choice of each option, by the key of an open question
Read = Callable[[str], str]
Print = Callable[[str], None]


def choose_language(code: str | None) -> Language:
    """Return the language with a code or, without one, that of the terminal; English if there is no catalogue of it.

    Raises DataError for a code without a catalogue.
    """
    if code is None:
        names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
        code = next(filter(None, names), "")[:2].lower()
        code = code if code in list_languages() else ENGLISH
    return Language(code)


def agree_on_draft(
    guess: Callable[[Choices], Draft], language: Language, read: Read = input, write: Print = print
) -> Draft:
    """Return a draft after each open question was asked, and asked again as often as somebody wants to change it.

    Parameters
    ----------
    guess
        What makes a draft of the answers to open questions.
    language
        The language of the dialogue, which the draft has too.
    read, write
        What asks for a line after a prompt, and what shows a text.

    Raises
    ------
    EOFError
        If nobody answers any more.
    """
    given: Choices = {}
    draft = guess(given)
    write(render_preview(draft, language))
    while question := next((one for one in draft.open_questions if one.key not in given), None):
        given[question.key] = _ask(question, language, read, write)
        draft = guess(given)
    while draft.open_questions:
        write(f"\n{language.say('Your answers')}")
        for place, question in enumerate(draft.open_questions, 1):
            write(f"{place}. {render_open_question(question, language)}")
        place_text = read(f"{language.say('Change an answer? [number, or Enter to go on]')} ").strip()
        if not place_text:
            break
        if place_text.isdecimal() and 0 < int(place_text) <= len(draft.open_questions):
            question = draft.open_questions[int(place_text) - 1]
            given[question.key] = _ask(question, language, read, write)
            draft = guess(given)
    write(f"\n{render_preview(draft, language)}")
    return draft


def _ask(question: OpenQuestion, language: Language, read: Read, write: Print) -> dict[str, str]:
    """Return the choice of each option, as somebody types it."""
    write(f"\n{render_open_question(question, language)}")
    if not question.choices:
        return _ask_number(question, language, read, write)
    if len(question.options) == 1:
        return _ask_choice(question, language, read, write)
    left = list(question.options)
    answers: dict[str, str] = {}
    *choices, last = question.choices
    for choice in choices:
        chosen = _ask_options(question, choice, left, language, read, write) if left else []
        answers |= dict.fromkeys(chosen, choice)
        left = [name for name in left if name not in chosen]
    return {name: answers.get(name, last) for name in question.options}


def _ask_number(question: OpenQuestion, language: Language, read: Read, write: Print) -> dict[str, str]:
    ((name, guess),) = question.answers.items()
    while True:
        text = read(f"[{guess}] ").strip().replace(" ", "") or guess
        if text.isdecimal() and int(text) > 0:
            return {name: text}
        write(language.say("Please type a whole number of at least 1"))


def _ask_choice(question: OpenQuestion, language: Language, read: Read, write: Print) -> dict[str, str]:
    """Return the choice for the only option, by its number."""
    ((name, guess),) = question.answers.items()
    choices = list(question.choices)
    for place, words in enumerate(question.choices.values(), 1):
        write(f"      {place}: {words}")
    while True:
        text = read(f"[{choices.index(guess) + 1}] ").strip()
        if not text:
            return {name: guess}
        if text.isdecimal() and 0 < int(text) <= len(choices):
            return {name: choices[int(text) - 1]}
        write(language.say("Please type a number from 1 to {most}", most=len(choices)))


def _ask_options(
    question: OpenQuestion, choice: str, left: list[str], language: Language, read: Read, write: Print
) -> list[str]:
    """Return the options that get a choice, by their numbers, of those that have none yet."""
    places = {name: place for place, name in enumerate(question.options, 1)}
    guessed = [name for name in left if question.answers[name] == choice]
    numbers = " ".join(str(places[name]) for name in guessed) or "0"
    prompt = language.say(
        "{choice}: which numbers? (0: none) [{numbers}]", choice=question.choices[choice], numbers=numbers
    )
    by_number = {str(place): name for name, place in places.items() if name in left}
    while True:
        words = read(f"{prompt} ").replace(",", " ").split()
        if not words:
            return guessed
        if words == ["0"]:
            return []
        if all(word in by_number for word in words):
            return [by_number[word] for word in dict.fromkeys(words)]
        write(language.say("Please type numbers of the list, such as {numbers}", numbers=" ".join(list(by_number)[:2])))
