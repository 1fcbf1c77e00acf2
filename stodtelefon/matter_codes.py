"""The code that ties calls about the same matter together: drawn at random, and told apart by a check character.

Nothing is read from a code: it says neither when, where nor about whom. Vowels are left out so that no code spells a
word, and so are characters that are mistaken for one another (0 and O; 1, I and L; 5 and S; 6 and G).
"""

import secrets
import unicodedata

ALPHABET = "23456789BCDFHJKMNPRTVXZ"
RANDOM_CHARACTERS = 6
GROUP = 3
"""A code is written as KXM-4PR2: a group of three and one of four."""


class MistypedCodeError(ValueError):
    """What was typed cannot be a code: its length, a character or the check character is wrong."""


def new_code() -> str:
    """Draw a code: one of about 148 million."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return written(drawn + _check_character(drawn))


def read_code(typed: str) -> str:
    """The code as it is kept, in whatever case, width and with whatever signs between it was typed or pasted.

    Raises MistypedCodeError.
    """
    code = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", typed).upper()))
    if len(code) != RANDOM_CHARACTERS + 1 or any(character not in ALPHABET for character in code):
        raise MistypedCodeError
    if code[-1] != _check_character(code[:-1]):
        raise MistypedCodeError
    return code


def written(code: str) -> str:
    """The code as it is read out and written down."""
    return f"{code[:GROUP]}-{code[GROUP:]}"


def _check_character(drawn: str) -> str:
    """Weighted sum modulo 23, which is prime: one wrong character or two that changed places are always caught."""
    total = sum(weight * ALPHABET.index(character) for weight, character in enumerate(drawn, start=2))
    return ALPHABET[-total % len(ALPHABET)]
