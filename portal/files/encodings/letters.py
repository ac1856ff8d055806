"""How natural a character is between its neighbours in Spanish names of work: what distinguishes two decodings of a
byte. Data about writing, not about words: no dictionary, no frequencies."""

from __future__ import annotations

import unicodedata

#: what stands before or after: anything else (blanks, separators, ends), a digit, small or capital letter, a full stop
OTHER, DIGIT, SMALL, CAPITAL, STOP = range(5)
CLASSES = 5
#: natural; possible (a program that knows no accents when it changes case, a blank that does not break); foreign or
#: rare; nobody writes that
NATURAL, POSSIBLE, RARE, NEVER = 3, 2, 1, 0

SPANISH = frozenset("áéíóúüñÁÉÍÓÚÜÑ")
_LETTERS = (SMALL, CAPITAL)
_OPENING, _CLOSING = frozenset("“‘«‹"), frozenset("”»›")
_MONEY = frozenset("¥£¢¤§€")
_BEFORE_A_WORD = frozenset("¿¡")
_NASAL = frozenset("Ãã")  # "São"; otherwise mojibake of UTF-8
_NO_WORD_HAS = frozenset("ÐðÞþßÝýÿŸŒœŠšŽžƒıªºµ")


def class_of(char: str) -> int:
    """What a character is to its neighbours."""
    if char == ".":
        return STOP
    if char.isdecimal():
        return DIGIT
    if char in "ªº" or not char.isalpha():
        return OTHER
    return CAPITAL if char.isupper() else SMALL


def natural(before: int, char: str, after: int) -> int:
    """NATURAL to NEVER: how `char`, not ASCII, stands between two classes of neighbours."""
    if char in SPANISH:
        return _cased(before, char, after)
    if char.isalpha() and char not in _NO_WORD_HAS:
        latin = char not in _NASAL and ord(char) < 0x250
        return RARE if latin and _cased(before, char, after) == NATURAL else NEVER
    return _sign(before, char, after)


def _cased(before: int, char: str, after: int) -> int:
    return _capital(before, after) if char.isupper() else _small(before, after)


def _small(before: int, after: int) -> int:
    if before == DIGIT:
        return RARE
    if before == SMALL:
        return NEVER if after == CAPITAL else NATURAL
    return NATURAL if after == SMALL else POSSIBLE


def _capital(before: int, after: int) -> int:
    if before == SMALL:
        return NEVER
    if before == DIGIT or (before == CAPITAL and after == SMALL):
        return RARE
    return RARE if before != CAPITAL and after not in _LETTERS else NATURAL


def _sign(before: int, char: str, after: int) -> int:
    for rule in (_blank, _ordinal, _dash, _quote, _amount, _mark):
        if (found := rule(before, char, after)) is not None:
            return found
    return NEVER


def _blank(before: int, char: str, after: int) -> int | None:
    if char == "\xa0":
        return NATURAL if DIGIT in (before, after) else POSSIBLE
    if unicodedata.category(char) == "Cf":
        return RARE
    return (NATURAL if before in _LETTERS else NEVER) if unicodedata.combining(char) else None


def _ordinal(before: int, char: str, after: int) -> int | None:
    if char not in "ªº°":
        return None
    if before in (DIGIT, STOP):
        return RARE if after in _LETTERS else NATURAL
    return POSSIBLE if before in _LETTERS and after not in _LETTERS else NEVER


def _dash(before: int, char: str, after: int) -> int | None:
    if char not in "–—":
        return None
    return NATURAL if before == after == OTHER else POSSIBLE


def _quote(before: int, char: str, after: int) -> int | None:
    if char in _OPENING:
        return POSSIBLE if before in (OTHER, STOP) and after != OTHER else NEVER
    if char in _CLOSING:
        return POSSIBLE if before != OTHER and after in (OTHER, STOP) else NEVER
    return (NEVER if before in (OTHER, STOP) else POSSIBLE) if char == "’" else None


def _amount(before: int, char: str, after: int) -> int | None:
    if char in _MONEY:
        return RARE if DIGIT in (before, after) or before == after == OTHER else NEVER
    if char in "½¼¾":
        return POSSIBLE if before in (DIGIT, OTHER) and after == OTHER else NEVER
    return (RARE if DIGIT in (before, after) else NEVER) if char in "±×÷" else None


def _mark(before: int, char: str, after: int) -> int | None:
    after_a_letter = before in _LETTERS
    if char in "¹²³®©™…":
        return RARE if after_a_letter and after not in _LETTERS else NEVER
    if char in _BEFORE_A_WORD:
        return NEVER if after_a_letter else NATURAL if after in _LETTERS else RARE
    if char in "´µ":
        return RARE if (after in _LETTERS if char == "´" else after == SMALL and not after_a_letter) else NEVER
    return (RARE if before == after == OTHER else NEVER) if char in "·•" else None


def score(texto: str) -> int:
    """How natural the least natural character of `texto` that is not ASCII stands; NATURAL when there is none."""
    text = unicodedata.normalize("NFC", texto)
    if text.isascii():
        return NATURAL
    padded = f" {text} "
    return min(
        _in_text(before, char, after)
        for before, char, after in zip(padded, text, padded[2:], strict=False)
        if not char.isascii()
    )


def _in_text(before: str, char: str, after: str) -> int:
    if char in _NASAL:  # the only letters that depend on which letter follows
        return RARE if after in "oOeE" and before.isalpha() and char.isupper() == after.isupper() else NEVER
    return natural(class_of(before), char, class_of(after))


def is_nasal(char: str) -> bool:
    """Whether how natural it stands depends on which letter follows, not only on its class."""
    return char in _NASAL
