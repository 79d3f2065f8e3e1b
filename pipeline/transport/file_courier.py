"""The courier of the sandbox: it keeps every mail as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pipeline.transport.courier import Delivery, Parcel


class FileCourier:
    """Keeps every mail as NNNNNN-<recipient>.eml in a folder."""

    def __init__(self, folder: Path, bounce: Callable[[bytes, str], None]) -> None:
        self._folder = folder
        self._bounce = bounce

    def deliver(
        self, parcels: Sequence[Parcel], before_dot: Callable[[Parcel], None]
    ) -> Iterator[Delivery]:
        """Yield each parcel's fate, in order."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing to hang up."""
