"""Watch: what a window must never do: break the page's policy, fail in a script, ask anybody else for anything."""

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

_FORBIDDEN = ("Content Security Policy", "Permissions policy", "Refused to")
# What a page holds itself, and the browser's own reader of PDF.
_NOWHERE = ("data:", "blob:", "chrome:", "chrome-extension:")


@dataclass
class Watch:
    """What was seen that must not be."""

    base: str
    seen: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Watch every page of a window."""
        context.on("console", self._hear)
        context.on("weberror", self._fail)
        context.on("request", self._ask)

    def _hear(self, message: ConsoleMessage) -> None:
        if any(word in message.text for word in _FORBIDDEN):
            self.seen.append(f"{message.page.url if message.page else ''}: {message.text}")

    def _fail(self, failure: WebError) -> None:
        self.seen.append(f"{failure.page.url if failure.page else ''}: {failure.error}")

    def _ask(self, request: Request) -> None:
        if not request.url.startswith((f"{self.base}/", *_NOWHERE)):
            self.seen.append(f"asked elsewhere: {request.url}")
