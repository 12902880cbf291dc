"""The model of py3langid, read in one pass without unpacking it to a disk, for the languages that guests write."""

from __future__ import annotations

import lzma
import struct
from array import array
from collections.abc import Iterator
from functools import cache
from typing import IO, Any, Final

import numpy as np
from numpy.lib import format as npy

LANGUAGES: Final = frozenset(
    """
    en de fr es it nl pt tr pl ru cs sk da sv no fi hu ro bg el hr sl uk lt lv et ca he ar fa hi zh ja ko th vi id zxx
    """.split()  # noqa: SIM905
)
"""ISO 639 codes of the languages that are told apart; "zxx" is text without linguistic content."""

_LOCAL_HEADER: Final = struct.Struct("<4s2xH18xHH")
_SIGNATURE: Final = b"PK\x03\x04"
_SIZES_FOLLOW: Final = 0x08
_CHUNK: Final = 1 << 20


class ModelLayoutError(Exception):
    """The installed py3langid keeps its model in another form than this program reads."""


@cache
def language_model() -> Any:
    """The model limited to `LANGUAGES`; about 60 MB, so only processes that name a language pay for it.

    Raises:
        ModelLayoutError: the installed py3langid is not one that pyproject.toml allows.
    """
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

    with lzma.open(MODEL_DIR / MODEL_FILE) as stream:
        parts = dict(_parts(stream))
    try:
        classes = parts["classes"].tolist()
        chosen = [place for place, name in enumerate(classes) if name in LANGUAGES]
        return LanguageIdentifier(
            parts.pop("ptc")[:, chosen].astype(np.float32),
            parts["pc"][chosen],
            [classes[place] for place in chosen],
            parts["nextmove"],
            parts["out_feat"].tolist(),
            tk_row=parts["nextmove_row"].tolist(),
        )
    except KeyError as error:
        raise ModelLayoutError(f"py3langid's model has no part {error}") from None


def _parts(stream: IO[bytes]) -> Iterator[tuple[str, Any]]:
    """The arrays of an uncompressed .npz, as they come.

    Source of the layout: .ZIP File Format Specification 6.3.10, PKWARE, sections 4.3.7 and 4.4.4; numpy.lib.format.
    """
    while len(head := stream.read(_LOCAL_HEADER.size)) == _LOCAL_HEADER.size:
        signature, flags, name_size, extra_size = _LOCAL_HEADER.unpack(head)
        if signature != _SIGNATURE:
            return
        if flags & _SIZES_FOLLOW:
            raise ModelLayoutError("py3langid's model is written without the sizes of its parts")
        name = stream.read(name_size).decode().removesuffix(".npy")
        stream.read(extra_size)
        yield name, _numbers(stream) if name == "nextmove" else npy.read_array(stream, allow_pickle=False)


def _numbers(stream: IO[bytes]) -> array[int]:
    """A large part as an array of the standard library, which is indexed faster, without a second copy of it."""
    npy.read_magic(stream)
    shape, _, dtype = npy.read_array_header_1_0(stream)
    numbers = array({2: "H", 4: "I"}[dtype.itemsize])
    left = int(np.prod(shape)) * dtype.itemsize
    while left:
        chunk = stream.read(min(left, _CHUNK))
        if not chunk:
            raise ModelLayoutError("py3langid's model ends early")
        numbers.frombytes(chunk)
        left -= len(chunk)
    return numbers
