"""Logs: one line of JSON per event on standard error, without secrets and without people."""

import json
import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

import structlog
from structlog.typing import EventDict, Processor

from voucher_service.kernel import clock

_HIDDEN = "[hidden]"
# There is a line for each request: it goes past the chain of processors, which costs four times as much.
_requests: list[Any] = []
_SECRET_NAME = re.compile(
    r"^codes?$|(voucher|scanned|booklet)_codes?$|password|passphrase|token|secret|iban|authorization|cookie"
    r"|mac$|(private|signing|batch)_key$",
    re.IGNORECASE,
)
_VOUCHER_CODE = (
    re.compile(r"\bPN1:\S+"),
    re.compile(r"\b[2-9A-HJKMNP-Z]{4}[ -]?[2-9A-HJKMNP-Z]{4}[ -]?[2-9A-HJKMNP-Z]{5}\b"),
)
"""A QR payload, and a code as it is printed or read, whether its check letter is right or not."""
_SECRET_TEXT = (
    *_VOUCHER_CODE,
    re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"),
    re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]+"),
    re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"),
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
)
"""A code, an IBAN, a signed token, a URL's password, an e-mail address: wherever they stand in a text."""


class Seen(NamedTuple):
    """What may be told of a request: ``route`` is the rule that it met, never its path or its parameters."""

    route: str
    method: str
    status: int
    refusal: str | None
    seconds: float


def configure(level: str = "INFO", *, stream: Any = None) -> None:
    """Send every log of the process, ours and the libraries', to standard error as redacted JSON."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    last: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.JSONRenderer(),
    ]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    _requests[:] = [stream or sys.stderr] if logging.getLogger().isEnabledFor(logging.INFO) else []


def tell_request(request_id: str, seen: Seen) -> None:
    """Write the line of one request."""
    for stream in _requests:
        line = {
            "event": "request",
            "request_id": request_id,
            "route": seen.route,
            "method": seen.method,
            "status": seen.status,
            "refusal": seen.refusal,
            "ms": round(seen.seconds * 1000, 1),
            "level": "info",
            "timestamp": clock.now().isoformat().replace("+00:00", "Z"),
        }
        stream.write(json.dumps(line) + "\n")
        stream.flush()


def tells_a_code(text: str) -> bool:
    """Whether a text holds what may be a voucher's code."""
    return any(pattern.search(text) for pattern in _VOUCHER_CODE)


def redact(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Hide what opens a door or names a person: by the name of the field, and by its look inside any text."""
    return {name: _redacted(name, value) for name, value in event.items()}


def _redacted(name: str, value: Any) -> Any:
    if _SECRET_NAME.search(name):
        return _HIDDEN
    if isinstance(value, Mapping):
        return {key: _redacted(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_redacted("", inner) for inner in value]
    return _without_secrets(value) if isinstance(value, str) else value


def _without_secrets(text: str) -> str:
    for pattern in _SECRET_TEXT:
        text = pattern.sub(_HIDDEN, text)
    return text
