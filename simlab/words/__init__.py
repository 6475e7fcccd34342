"""What simlab says, in the reader's language: messages, numbers, dates, and the finding."""

from simlab.words.finding import finding, headline
from simlab.words.frequency import futures, of_them, of_twenty
from simlab.words.words import ENGLISH, LANGUAGES, Words, half_of_range

__all__ = [
    "ENGLISH",
    "LANGUAGES",
    "Words",
    "finding",
    "futures",
    "half_of_range",
    "headline",
    "of_them",
    "of_twenty",
]
