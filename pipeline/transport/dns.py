"""Questions to a name server: the keys under which mails are signed.

Law of this file: an answer in time or none.  A name server that does not answer is left alone for
a minute, so that a batch of mails does not wait for it one by one; what was answered is remembered
for some minutes, because the same few domains sign most mails.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

_REMEMBERED: Final = 600.0
"""Seconds of machine time."""
_LEFT_ALONE: Final = 60.0
"""Seconds of machine time."""
_MOST: Final = 1000
"""Answers that are remembered."""
_LONGEST: Final = 2.0
"""Seconds for one question; a mail may cost ten in all."""

Ask = Callable[[str, float], bytes | None]


def _ask(name: str, seconds: float) -> bytes | None:
    """The first TXT record of a name. Raises TimeoutError when nobody answers."""
    import dns.exception  # a third of a second, and only where the rules ask for it
    import dns.resolver

    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=seconds, search=False)
    except (dns.exception.Timeout, dns.resolver.NoResolverConfiguration) as error:
        raise TimeoutError(name) from error
    except dns.exception.DNSException:
        return None
    return b"".join(next(iter(answer)).strings)


@dataclass
class TextRecords:
    """Asks for TXT records; one for a process."""

    ask: Ask = _ask
    clock: Callable[[], float] = time.monotonic
    _known: dict[bytes, tuple[float, bytes | None]] = field(default_factory=dict)
    _silent_until: float = 0.0

    def __call__(self, name: bytes, timeout: float = _LONGEST) -> bytes | None:
        """The record, or None when there is none or no answer in time (`timeout`, seconds)."""
        now = self.clock()
        known = self._known.get(name)
        if known is not None and now - known[0] < _REMEMBERED:
            return known[1]
        if now < self._silent_until:
            return None
        try:
            found = self.ask(name.decode("ascii"), min(timeout, _LONGEST))
        except UnicodeDecodeError:
            return None
        except TimeoutError:
            self._silent_until = self.clock() + _LEFT_ALONE
            return None
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[name] = now, found
        return found
