"""Browsers: from what a browser says of itself to the few words by which its owner recognises it."""

import re

_PROGRAMS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")
_LONGEST = 60


def named(agent: str) -> str:
    """Return a browser's name and where it runs, as « Firefox – Windows »; what it says where that is unknown."""
    program = next((name for word, name in _PROGRAMS if word in agent), "")
    system = next((name for word, name in _SYSTEMS if word in agent), "")
    known = " – ".join(word for word in (program, system) if word)
    return known or _UNPRINTABLE.sub(" ", agent)[:_LONGEST].strip()
