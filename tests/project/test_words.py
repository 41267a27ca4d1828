"""The engine knows no article: none of its texts, comments, sentences and templates has words of the one beside it."""

import re

import pytest
from babel.messages.pofile import read_po

from conftest import PROJECT
from contre_enquete.text.language import ENGINE_CATALOGUES

ENGINE = PROJECT / "src/contre_enquete"
FIRST_ARTICLE = re.compile(
    r"office 365|microsoft|ipsos|information workers?|team sites?|\bSMEs?\b|\bPME\b|\b2013\b|\bemploy(?:e[res]{1,2})s?\b"
    r"|most frequent use|\bemployeurs?\b|\bemployés?\b|\bcompan(?:y|ies)\b|\bentreprises?\b|\bORIGINAL\b|\bemployer-minimum\b",
    re.IGNORECASE,
)
GUESS = "what the guess knows of questions that surveys ask about work"
ALLOWED = {  # words that a file may have, and why
    "answers/": (
        r"employ\w*|compan(?:y|ies)|entreprises?|employés?|employeurs?|SMEs?|PME|2013|microsoft|office 365",
        GUESS,
    ),
    "text/en.toml": ("employees|companies", "words for what is counted, so that 2012 people is no year"),
    "text/fr.toml": ("employés|entreprises", "words for what is counted, so that 2012 personnes is no year"),
}


def list_texts():
    """Yield the name of each source, template, table and catalogue of the engine, and its text."""
    for path in sorted(ENGINE.rglob("*")):
        name = path.relative_to(ENGINE).as_posix()
        if path.suffix in (".py", ".j2", ".toml", ".css", ".js") and "__pycache__" not in name:
            yield name, path.read_text(encoding="utf-8")


def hide_examples(source):
    """Return a module's source without the examples of its docstrings."""
    return re.sub(r"^ *>>> .*?(?=^ *\"\"\"|^ *$)", "", source, flags=re.MULTILINE | re.DOTALL)


def find_words(name, text):
    """Return the words of the first article that a text of the engine has, and may not have."""
    text = hide_examples(text) if name.endswith(".py") else text
    allowed = [words for place, (words, _) in ALLOWED.items() if name.startswith(place)]
    found = {word[0] for word in FIRST_ARTICLE.finditer(text)}
    return sorted(word for word in found if not any(re.fullmatch(words, word, re.IGNORECASE) for words in allowed))


@pytest.mark.slow
def test_the_engine_has_no_words_of_its_first_article():
    assert {name: words for name, text in list_texts() if (words := find_words(name, text))} == {}


def test_the_engines_catalogues_translate_no_words_of_its_first_article():
    """Captions and cells of tables have none at all: what they say of companies is the edition's."""
    excused = tuple(ALLOWED)
    for path in sorted(ENGINE_CATALOGUES.glob("*.po")):
        with path.open("rb") as file:
            messages = [message for message in read_po(file) if message.id]
        places = {message.id: [place for place, _ in message.locations] for message in messages}
        found = {
            message.id: words
            for message in messages
            if (words := find_words("", f"{message.id} {message.string}"))
            and not all(
                f"{place.removeprefix('src/contre_enquete/')}".startswith(excused) for place in places[message.id]
            )
        }
        assert found == {}


def test_each_word_that_is_allowed_is_there():
    """A word that its file no longer has goes from the list."""
    texts = dict(list_texts())
    for place, (words, reason) in ALLOWED.items():
        named = [hide_examples(text) for name, text in texts.items() if name.startswith(place)]
        assert reason and any(re.search(rf"\b(?:{words})\b", text, re.IGNORECASE) for text in named), place


def test_a_word_of_the_first_article_is_found():
    for words in ("For SMEs", "in 2013", "Les PME", "an employer’s", "employees", "Office 365", "large companies"):
        assert find_words("survey/rules.py", f"# {words}"), words
    assert not find_words("survey/rules.py", "    >>> survey.segment_label('sme')\n    'SMEs'\n\n")
