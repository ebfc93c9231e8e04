"""How bytes reach a Bot API server: one session, no retries, and errors that tell whether a request may have worked."""

import logging
from abc import abstractmethod
from datetime import UTC, datetime
from typing import Any, Final

import aiohttp
from telegram.error import BadRequest, EndPointNotFound, InvalidToken, NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData

from bot.channels.telegram.line import behind
from bot.channels.telegram.parsing import parsed

# PTB writes whole letters, and its base address with the token in it, to its loggers at level DEBUG.
logging.getLogger("telegram").setLevel(logging.WARNING)

CONNECT_LIMIT_S: Final = 10.0
DEADLINE_S: Final = 30.0
DOWNLOAD_TIMES: Final = 2  # a file may take so many times longer
ANSWER_LIMIT: Final = 10 * 1024 * 1024  # bytes; a hundred updates of the largest kind stay far below
FILE_LIMIT: Final = 25 * 1024 * 1024  # bytes; Telegram itself gives at most 20 MB
WORDLESS_PAUSE_S: Final = 5.0  # after a 429 that does not say how long


class NeverReached(NetworkError):
    """No Bot API server has carried out the request, none has even seen it whole."""


class ServerFault(NetworkError):
    """A server said in so many words that the request failed on its side: it was not carried out."""


class Broken(NetworkError):
    """The request went out and no sensible answer came back: it may have been carried out."""


class TooLong(Broken):
    """An answer of more bytes than any we ask for; whoever asked for much may ask for less."""


class TooMany(TelegramError):
    """429. PTB's own RetryAfter warns about its types whenever it is made."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many requests, pause for {seconds:g} s")
        self.seconds = seconds


class TooLarge(TelegramError):
    """A file has more bytes than the caller will take."""


class Wire(BaseRequest):
    """What lies between PTB and a Bot API server. A subclass carries the bytes; answers are judged here, alike for all.

    PTB logs an answer it cannot parse with all that stands in it, and does not tell a gateway's 502 from a server's own
    500; so only well-formed answers of the Bot API are passed on to it.
    """

    __slots__ = ()

    @abstractmethod
    async def exchange(self, url: str, data: RequestData | None, deadline: float) -> tuple[int, bytes]:
        """POST; at most `deadline` seconds in all. Gives status and body; raises NeverReached or Broken."""

    @abstractmethod
    async def download(self, url: str, limit: int) -> tuple[int, bytes]:
        """GET at most `limit` bytes. Gives status and body; raises NeverReached, Broken or TooLarge."""

    @property
    def read_timeout(self) -> float:
        """Seconds one call may take in all, unless it says otherwise."""
        return DEADLINE_S

    @property
    def clock_off_s(self) -> float | None:
        """Seconds our clock was behind the server's at the last answer; None where that is not known."""
        return None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One call, one deadline: `read_timeout`, in seconds, counts for the whole of it."""
        deadline = read_timeout if isinstance(read_timeout, int | float) else self.read_timeout
        status, body = await self.exchange(url, request_data, deadline)
        good = 200 <= status < 300
        if good and body.startswith(b'{"ok":true'):  # nearly always; not parsed twice
            return status, body
        answer = _answer(body)
        if good and (answer is None or answer["ok"]):
            return status, body
        if good and answer is not None:
            code = answer.get("error_code")  # a failure under a good status, as some proxies do it: this number counts
            status = code if isinstance(code, int) and code >= 400 else 400
        _judge(status, answer, method=url.rpartition("/")[2])
        return status, body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """PTB's own version of this logs a payload it cannot parse."""
        answer = _answer(payload)
        if answer is None or (answer["ok"] and "result" not in answer):
            raise Broken("an answer that is none of the Bot API")
        return answer


def _answer(body: bytes) -> dict[str, Any] | None:
    """The answer, if it is one that a Bot API server gives."""
    try:
        answer = parsed(body)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) and isinstance(answer.get("ok"), bool) else None


def _judge(status: int, answer: dict[str, Any] | None, method: str) -> None:
    """Raise what PTB would not tell apart; what it does (400, 403, 409) is left to it."""
    if status == 429:
        raise TooMany(_pause(answer))
    if status in (502, 504) or (answer is None and status >= 500):
        # A gateway speaks: the server behind it may have done the work. Telegram's gateways speak JSON too.
        raise Broken(f"a gateway answered {status}")
    if answer is None:
        raise ServerFault(f"something that is no Bot API server answered {status}")
    if status >= 500:
        raise ServerFault(f"the server answered {status}")
    if status == 401 or (status == 404 and method == "getMe"):
        raise InvalidToken("the token was rejected")
    if status == 404:
        raise EndPointNotFound(f"the server has no method {method}")
    if status not in (400, 403, 409):
        raise BadRequest(f"the server answered {status}")


def _pause(answer: dict[str, Any] | None) -> float:
    parameters = (answer or {}).get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(seconds) if isinstance(seconds, int | float) and 0 < seconds < 10**6 else WORDLESS_PAUSE_S


class AiohttpWire(Wire):
    """Over HTTP(S). One session, connections kept alive; proxies are taken from the environment, as PTB's own does."""

    __slots__ = ("_clock_off_s", "_deadline_s", "_session")

    def __init__(self, deadline_s: float = DEADLINE_S) -> None:
        self._deadline_s = deadline_s
        self._session: aiohttp.ClientSession | None = None
        self._clock_off_s: float | None = None

    @property
    def read_timeout(self) -> float:
        return self._deadline_s

    @property
    def clock_off_s(self) -> float | None:
        return self._clock_off_s

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(), headers={"User-Agent": self.USER_AGENT}, trust_env=True
            )
            # A GET on a line that died while idle would be made again; there is no public word for "never".
            self._session._retry_connection = False

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def exchange(self, url: str, data: RequestData | None, deadline: float) -> tuple[int, bytes]:
        try:
            return await self._ask("POST", url, _form(data), deadline, ANSWER_LIMIT)
        except TooLarge:
            raise TooLong("an answer of more bytes than any we ask for") from None

    async def download(self, url: str, limit: int) -> tuple[int, bytes]:
        return await self._ask("GET", url, None, DOWNLOAD_TIMES * self._deadline_s, min(limit, FILE_LIMIT))

    async def _ask(
        self, method: str, url: str, data: aiohttp.FormData | dict[str, str] | None, deadline: float, limit: int
    ) -> tuple[int, bytes]:
        """`from None` throughout: aiohttp's own texts may carry the address, and with it the token."""
        if self._session is None:
            raise NeverReached("the wire is not open")
        timeout = aiohttp.ClientTimeout(total=deadline, connect=min(CONNECT_LIMIT_S, deadline))
        try:
            request = self._session.request(method, url, data=data, timeout=timeout, allow_redirects=False)
            async with request as response:
                self._clock_off_s = behind(response.headers.get("Date"), datetime.now(UTC))
                return response.status, await _body(response, limit)
        except (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.ConnectionTimeoutError) as error:
            raise NeverReached(f"no connection ({type(error).__name__})") from None
        except aiohttp.InvalidURL:
            raise NeverReached("the server's address is no address") from None
        except TimeoutError:
            raise Broken(f"no answer within {deadline:g} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise Broken(f"the connection broke ({type(error).__name__})") from None


async def _body(response: aiohttp.ClientResponse, limit: int) -> bytes:
    if (response.content_length or 0) > limit:
        raise TooLarge(f"more than {limit} bytes")
    parts, size = [], 0
    async for part in response.content.iter_chunked(64 * 1024):
        size += len(part)
        if size > limit:
            raise TooLarge(f"more than {limit} bytes")
        parts.append(part)
    return b"".join(parts)


def _form(data: RequestData | None) -> aiohttp.FormData | dict[str, str] | None:
    """The fields as PTB's own transport encodes them: urlencoded, or multipart when there are files."""
    if data is None:
        return None
    if not data.contains_files:
        return data.json_parameters
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
