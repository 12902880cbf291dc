"""Names of the details that a review from a notification mail carries.

A notification is a stub: often a part of the text, and the time of the notice instead of the review's own. The full
review comes later, by an export or the API. These details, beside the review's id, are all that is needed to bring
both together.
"""

from __future__ import annotations

from typing import Final

VIA: Final = "via"
"""How it came: "mail" or "typed"; absent for everything else."""
TYPED: Final = "typed"
"""The value of VIA for what a person of the team typed or sent to the chat."""
EXCERPT: Final = "excerpt"
"""Present where the text may be cut: how many characters the platform lets through, as digits."""
NOTIFIED_AT: Final = "notified_at"
"""When the platform wrote the notice (ISO 8601, UTC): its Date header, held against the time of arrival."""
RECEIVED_AT: Final = "received_at"
"""When the notice reached the mailbox (ISO 8601, UTC)."""
TIME_INEXACT: Final = "time_inexact"
"""Present where several reviews share one notice's time."""
MESSAGE_ID: Final = "message_id"
"""The mail's Message-ID, or the SHA-256 of a mail without one."""
RULE: Final = "mail_rule"
"""The name of the rule that read it."""
PLACE: Final = "place"
"""What the platform calls the place, as the mail says."""
PLATFORM_ID: Final = "platform_id"
"""The platform's own id, where the mail carries one; it is the review's id too unless the sender is not proved."""
VERDICT: Final = "sender"
"""Whether the sender was proved: "verified" or "unverified"."""

KEPT: Final = (VIA, NOTIFIED_AT, RECEIVED_AT, MESSAGE_ID)
"""What stays of a stub's notes when the full review has come, under names that begin with `stub_`."""

PROVISIONAL: Final = "mail:"
"""How the id of a review begins whose mail carries none of the platform's own: mail:<message id>:<n>."""
