"""Everything else, by the library Apprise, in a thread. It tells only yes or no, so "no" means "may have arrived"."""

from __future__ import annotations

from functools import partial

from bot.configured.route_settings import AppriseRoute
from bot.routes.contract import Letter, MayHaveArrivedError, NotSentError
from bot.threads import in_own_thread


class Apprise:
    """One address of Apprise."""

    def __init__(self, settings: AppriseRoute) -> None:
        """Nothing is loaded yet: the library's hundred services take half a second and 50 MB, when first used."""
        self._its = settings

    async def send(self, letter: Letter) -> None:
        """As `Route.send`."""
        await in_own_thread(partial(self._send, letter))

    def _send(self, letter: Letter) -> None:
        import apprise

        asset = apprise.AppriseAsset(async_mode=False, secure_logging=True)
        service = apprise.Apprise(asset=asset)
        if not service.add(self._its.url.get_secret_value()):
            raise NotSentError("Apprise does not know this form of address; look it up in its list of services")
        if not service.notify(body=letter.text, title=letter.subject, body_format=apprise.NotifyFormat.TEXT):
            raise MayHaveArrivedError("the service did not confirm it, or only in part")
