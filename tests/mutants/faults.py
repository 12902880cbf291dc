"""Seventy mistakes that somebody could make in store, stages and telegram, and the tests that should notice each.

Each is a text that stands once in a file and what it becomes. A fault that no test can notice has an `argument` why it
does no harm.
"""

from __future__ import annotations

from typing import Final

from tests.mutants.stages import STAGES
from tests.mutants.store import STORE
from tests.mutants.store_delivery import STORE_DELIVERY
from tests.mutants.telegram import TELEGRAM

FAULTS: Final = (*STORE_DELIVERY, *STORE, *STAGES, *TELEGRAM)
