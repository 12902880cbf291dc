"""What the owner does when a mail provider refuses the sign-in; the reasons differ by provider."""

from __future__ import annotations

from typing import Final

_GOOGLE: Final = ("gmail.com", "googlemail.com", "google.com")
_UNITED: Final = ("gmx.net", "gmx.com", "gmx.de", "web.de")
_MICROSOFT: Final = ("outlook.com", "office365.com", "hotmail.com", "live.com", "office.com")


def login_refused(host: str, user: str) -> str:
    """Why a sign-in was refused, as far as the provider is known, and what the owner does."""
    head = f"{host} refuses the sign-in of {user}. "
    if _is_of(host, _GOOGLE):
        return head + (
            "Google takes no ordinary password here: switch on 2-Step Verification in the Google account, make an app "
            "password at myaccount.google.com/apppasswords and write that into `password_file`. In a company's account "
            "the administrator may have to allow it."
        )
    if _is_of(host, _UNITED):
        return head + (
            "GMX and WEB.DE keep IMAP switched off: in the mailbox on the web, allow POP3/IMAP in the settings. With "
            "two-factor sign-in an application password is needed too."
        )
    if _is_of(host, _MICROSOFT):
        return head + (
            "Microsoft takes no passwords over IMAP any more, not even app passwords (since September 2024). Let "
            "Outlook forward the review mails to a mailbox elsewhere, by a rule that redirects them, and name that one "
            "here."
        )
    return head + (
        "Check `user` (often the whole address) and `password_file`. Many providers want a password made for this one "
        "program (app password) or IMAP to be switched on in the mailbox's settings on the web."
    )


def _is_of(host: str, domains: tuple[str, ...]) -> bool:
    return any(host.lower() == one or host.lower().endswith(f".{one}") for one in domains)
