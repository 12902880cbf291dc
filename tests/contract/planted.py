"""Mistakes that could be made in a source which `reviewbot new-source` wrote; the contract's suite notices them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_SOURCE: Final = "bot/sources/api/corner_shop.py"
_CHANGES: Final = "bot/sources/contract/changes.py"
_VALUES: Final = "bot/sources/contract/values.py"
_KEY: Final = "self._settings.api_key.get_secret_value()"


@dataclass(frozen=True)
class Planted:
    """A mistake.

    Attributes:
        what: in words.
        changes: texts that stand once in the file, and what they become.
        file: from the clone's folder.
        argument: why the suite cannot notice it.
    """

    what: str
    changes: tuple[tuple[str, str], ...]
    file: str = _SOURCE
    argument: str = ""


def _one(what: str, old: str, new: str, file: str = _SOURCE, argument: str = "") -> Planted:
    return Planted(what, ((old, new),), file, argument)


PLANTED: Final = (
    _one("the header has another name", '{"X-Api-Key": ', '{"X-Wrong": '),
    _one("the key stands in the error", 'access, address = "check', f'access, address = {_KEY} + " check'),
    _one("it never says since when", "if since is not None:\n            params", "if False:\n            params"),
    _one(
        "absence means nothing",
        "absence_means_gone: ClassVar[bool] = True",
        "absence_means_gone: ClassVar[bool] = False",
    ),
    _one("changes alone are called complete", "is_complete=since is None and not is_endless", "is_complete=True"),
    _one(
        "of changes the first page only is read", "if following is None:", "if following is None or since is not None:"
    ),
    _one(
        "an error on the second page ends the list",
        "            pages.append(await self._page(asked, since, now))\n",
        "            try:\n                pages.append(await self._page(asked, since, now))\n"
        "            except Exception:\n                if not pages:\n                    raise\n"
        "                return pages, False\n",
    ),
    _one(
        "from the second poll on nothing is asked",
        "        since = known.since(now)\n",
        "        since = known.since(now)\n        if since is not None:\n"
        "            return Poll(items=(), state=state, is_complete=False)\n",
    ),
    _one("removed reviews are given", "            if _is_removed(entry):\n", "            if False:\n"),
    Planted(
        "a time in the future is believed",
        (
            ("[min(moment, now) for moment", "[moment for moment"),
            ("min(self.newest, now) - OVERLAP", "self.newest - OVERLAP"),
        ),
        _CHANGES,
    ),
    _one("any text is a link", 'url_of(entry.get("url"))', 'text_of(entry.get("url"))'),
    _one("the edge of the calendar is an error", "except (ValueError, OverflowError)", "except ValueError", _VALUES),
    _one("the whole list is never read again", "since = known.since(now)", "since = known.newest"),
    _one("its host may not be reached", "return (host_of(self.base_url),)", "return ()"),
    _one(
        "a strange next page is the end",
        'next_of(page.get("next_page"), seen=asked, who=_WHO)',
        'page["next_page"] if isinstance(page.get("next_page"), int) else None',
    ),
    _one("a list has no end", "while len(pages) < _MOST_PAGES:", "while True:"),
    _one(
        "an entry that is no review blinds the source",
        "if not isinstance(entries, list):\n            raise strange",
        "if not isinstance(entries, list) or [one for one in entries if not isinstance(one, dict)]:\n"
        "            raise strange",
    ),
    _one(
        "a broken review takes its page with it",
        "                problems.append(problem(raw.name, line, error))\n                continue\n",
        '                raise UnreadableFileError(reason("api_list")) from error\n',
    ),
    _one("no stars are none of five", 'entry.get("rating"), worst=1', 'entry.get("rating"), worst=0'),
    _one("the same page has another key each time", "sha256(page.body)", "sha256(page.body + str(now).encode())"),
    _one("the key is a part of the address", '{"page": str(asked[-1])}', f'{{"page": str(asked[-1]), "key": {_KEY}}}'),
    _one(
        "the key is in the log",
        "        page = json_object(answer.body) or {}\n",
        "        page = json_object(answer.body) or {}\n"
        f"        __import__('logging').getLogger('shop').info('asked with %s', {_KEY})\n",
    ),
    _one(
        "a reason is English only",
        'BadRowError(reason("api_time", key="created_at", cell=str(entry.get("created_at"))))',
        'BadRowError("created_at is no time")',
    ),
    _one("the state of another account is used", "place = self._settings.base_url", 'place = "here"'),
)
