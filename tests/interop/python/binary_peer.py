"""Calls over a connection of the binary wire: `binary_wire.py` with asyncio below it and a handler or a caller above."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

import binary_frames as frames
import binary_wire
from binary_frames import CallError, Method, Settings, Violation

READ_BYTES = 65536
# More than this waiting to be written makes a sender wait.
WRITE_BYTES = 1024 * 1024
# So many messages of a handler that gathers leave together.
GATHERED_MAX = 25


class Peer:
    """What both roles share: bytes in, bytes out, and what happened to whom."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: binary_wire.Connection):
        self.reader = reader
        self.writer = writer
        self.connection = connection
        self.goodbye: tuple[int, str] | None = None
        self.broken: Violation | None = None
        self.pongs: asyncio.Queue[bytes] = asyncio.Queue()

    def flush(self) -> None:
        if self.connection.out and not self.writer.is_closing():
            self.writer.write(bytes(self.connection.out))
            self.connection.out.clear()

    async def run(self) -> None:
        """Reads until the connection is over."""
        try:
            self.flush()
            while data := await self.reader.read(READ_BYTES):
                for event in self.connection.receive(data):
                    self.happened(event)
                self.flush()
                await self.writer.drain()
                if self.is_over():
                    break
        except Violation as violation:
            self.broken = violation
            if violation.name != "Magic":
                # Behind what is not sent yet: the other side reads no GOODBYE before MAGIC and HELLO.
                self.connection.goodbye(frames.BROKEN, str(violation))
                self.flush()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.lost()
            self.writer.close()
            with contextlib.suppress(Exception):
                await self.writer.wait_closed()

    def is_over(self) -> bool:
        return self.connection.left not in (None, frames.ORDERLY)

    def happened(self, event: tuple) -> None:
        match event:
            case ("goodbye", reason, text):
                self.goodbye = (reason, text)
            case ("pong", data):
                self.pongs.put_nowait(data)

    def lost(self) -> None:
        """The connection is over: so is everything that waits for it."""


class HostCall:
    """A call as its caller sees it."""

    def __init__(self, host: "Host", call: binary_wire.Call):
        self.host = host
        self.call = call
        self.headers: asyncio.Future[list] = asyncio.get_running_loop().create_future()
        self.answers: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.status: CallError | None = None

    def send(self, message: bytes) -> None:
        self.host.connection.send(self.call, message)
        self.host.flush()

    def send_together(self, messages: list[bytes]) -> None:
        self.host.connection.send_together(self.call, messages)
        self.host.flush()

    def finish(self) -> None:
        self.host.connection.finish(self.call)
        self.host.flush()

    def cancel(self) -> None:
        self.host.connection.cancel(self.call)
        self.host.calls.pop(self.call, None)
        self.host.flush()
        self.end(CallError(frames.CANCELLED, "given up"))

    async def message(self) -> bytes | None:
        """The next response, or None behind the last. Raises how the call failed."""
        message = await self.answers.get()
        if message is None:
            self.answers.put_nowait(None)
            if self.status is not None and self.status.code != frames.OK:
                raise self.status
            return None
        self.host.connection.taken(self.call)
        self.host.flush()
        return message

    async def all(self) -> list[bytes]:
        found = []
        while (message := await self.message()) is not None:
            found.append(message)
        return found

    async def one(self) -> bytes:
        (message,) = await self.all()
        return message

    @property
    def trailing(self) -> list:
        return self.status.trailing if self.status else []

    def end(self, status: CallError | None) -> None:
        self.status = status
        self.answers.put_nowait(None)
        if not self.headers.done():
            self.headers.set_result([])


class Host(Peer):
    """The caller's end of a connection."""

    def __init__(self, reader, writer, settings: Settings = Settings()):
        super().__init__(reader, writer, binary_wire.Connection(settings))
        self.calls: dict[binary_wire.Call, HostCall] = {}
        self.table = asyncio.get_running_loop().create_future()
        self.running = asyncio.create_task(self.run())

    async def opened(self) -> list[Method]:
        """The table of the plugin."""
        return await asyncio.wait_for(asyncio.shield(self.table), 10)

    def start(
        self,
        method: Method,
        message: bytes | None = None,
        ends: bool | None = None,
        timeout: float | None = None,
        metadata=(),
    ) -> HostCall:
        """Begins a call. With a message it ends behind it, unless `ends` says otherwise."""
        if self.running.done() or self.connection.left is not None:
            raise self.lost_status()
        number = self.connection.resolve(method)
        timeout_ns = None if timeout is None else int(timeout * 1e9)
        if ends is None:
            ends = not method.streams_requests
        call = HostCall(self, self.connection.call(number, timeout_ns, metadata, message, ends))
        self.calls[call.call] = call
        self.flush()
        if timeout is not None:
            asyncio.get_running_loop().call_later(timeout, self.too_late, call)
        return call

    async def ask(self, method: Method, message: bytes, **options) -> bytes:
        """A call with one response. It waits until the plugin takes a further one."""
        while self.connection.theirs and len(self.connection.calls) >= self.connection.theirs.calls_max:
            await asyncio.sleep(0.001)
        return await self.start(method, message, **options).one()

    def too_late(self, call: HostCall) -> None:
        if self.calls.pop(call.call, None) is not None:
            self.connection.cancel(call.call)
            self.flush()
            call.end(CallError(frames.DEADLINE_EXCEEDED, "the time is up here"))

    async def ping(self, data: bytes) -> None:
        self.connection.ping(data)
        self.flush()
        answer = await asyncio.wait_for(self.pongs.get(), 10)
        assert answer == data, f"the answer to {data!r} is {answer!r}"

    def happened(self, event: tuple) -> None:
        super().happened(event)
        match event:
            case ("table",):
                self.table.set_result(self.connection.methods)
            case ("headers", call, metadata) if call in self.calls:
                self.calls[call].headers.set_result(metadata)
            case ("message", call, message) if call in self.calls:
                self.calls[call].answers.put_nowait(message)
            case ("end", call, status) if call in self.calls:
                self.calls.pop(call).end(status)

    def lost_status(self) -> CallError:
        if self.broken is not None:
            return CallError(frames.INTERNAL, str(self.broken))
        reason, text = self.goodbye or (frames.ORDERLY, "the connection is lost")
        codes = {
            frames.BROKEN: frames.INTERNAL,
            frames.VERSION_UNKNOWN: frames.UNIMPLEMENTED,
            frames.REFUSED: frames.RESOURCE_EXHAUSTED,
        }
        return CallError(codes.get(reason, frames.UNAVAILABLE), text)

    def lost(self) -> None:
        for call in self.calls.values():
            call.end(self.lost_status())
        self.calls.clear()
        if not self.table.done():
            self.table.set_exception(self.lost_status())

    async def close(self) -> None:
        """Says GOODBYE, and waits for the plugin to close."""
        self.connection.goodbye(frames.ORDERLY)
        self.flush()
        await asyncio.wait_for(self.running, 10)


class ServedCall:
    """A call as its handler sees it."""

    def __init__(self, plugin: "Plugin", call: binary_wire.Call, metadata, gathers: bool):
        self.plugin = plugin
        # Whether responses of a stream leave together, as long as no request is waited for.
        self.gathers = gathers
        self.gathered: list[bytes] = []
        self.call = call
        self.metadata = metadata
        self.trailing: list = []
        self.response: bytes | None = None
        self.requests: asyncio.Queue = asyncio.Queue()

    async def message(self) -> bytes | None:
        """The next request, or None behind the last."""
        if self.requests.empty():
            self.send_gathered()
        message = await self.requests.get()
        if isinstance(message, CallError):
            raise message
        if message is None:
            self.requests.put_nowait(None)
            return None
        self.plugin.connection.taken(self.call)
        self.plugin.flush()
        return message

    def headers(self, metadata) -> None:
        self.plugin.connection.headers(self.call, metadata)
        self.plugin.flush()

    def send_gathered(self) -> None:
        messages, self.gathered = self.gathered, []
        self.plugin.connection.send_together(self.call, messages)
        self.plugin.flush()

    async def send(self, message: bytes) -> None:
        if not self.call.method.streams_responses:
            # It leaves with the end of the call.
            self.response = message
            return
        if self.gathers:
            self.gathered.append(message)
            if len(self.gathered) < GATHERED_MAX:
                return
            self.send_gathered()
        else:
            self.plugin.connection.send(self.call, message)
            self.plugin.flush()
        # Not more than a message ahead of what the host takes.
        while len(self.call.outgoing.messages) > 1 and not self.call.outgoing.is_over:
            await asyncio.sleep(0.001)


Handler = Callable[[ServedCall], Awaitable[None]]


class Plugin(Peer):
    """The handlers' end of a connection. A handler sends its responses and returns, or raises a `CallError`."""

    def __init__(self, reader, writer, methods: dict[Method, Handler], settings: Settings = Settings()):
        super().__init__(reader, writer, binary_wire.Connection(settings, list(methods)))
        self.handlers = methods
        self.streams = 0
        self.served: dict[binary_wire.Call, tuple[ServedCall, asyncio.Task]] = {}

    def happened(self, event: tuple) -> None:
        super().happened(event)
        match event:
            case ("call", call, timeout_ns, metadata):
                # Every other stream of responses.
                self.streams += call.method.streams_responses
                gathers = call.method.streams_responses and self.streams % 2 == 1
                served = ServedCall(self, call, metadata, gathers)
                task = asyncio.create_task(self.serve(served, timeout_ns))
                self.served[call] = (served, task)
            case ("message", call, message) if call in self.served:
                self.served[call][0].requests.put_nowait(message)
            case ("end", call, status) if call in self.served:
                self.served[call][0].requests.put_nowait(status)
            case ("cancelled", call) if call in self.served:
                self.served[call][1].cancel()

    async def serve(self, served: ServedCall, timeout_ns: int | None) -> None:
        call = served.call
        began = time.monotonic()
        timeout = None if timeout_ns is None else timeout_ns / 1e9
        try:
            await asyncio.wait_for(self.handlers[call.method](served), timeout)
            served.send_gathered()
            if served.response is not None and not call.outgoing.is_over:
                self.connection.queue(call, served.response)
                if not served.trailing:
                    self.connection.finish(call)
                self.connection.pump()
                self.flush()
            while call.outgoing.messages and not call.outgoing.is_over:
                left = None if timeout is None else timeout - (time.monotonic() - began)
                if left is not None and left <= 0:
                    raise TimeoutError
                await asyncio.sleep(0.001)
            if served.trailing:
                self.connection.fail(call, CallError(frames.OK, "", (), served.trailing))
            else:
                self.connection.finish(call)
        except CallError as error:
            error.trailing = error.trailing or served.trailing
            self.connection.fail(call, error)
        except TimeoutError:
            self.connection.fail(call, CallError(frames.DEADLINE_EXCEEDED, "the time is up in the plugin"))
        except asyncio.CancelledError:
            pass
        except Exception as error:
            self.connection.fail(call, CallError(frames.INTERNAL, f"the handler failed: {error!r}"))
        finally:
            self.served.pop(call, None)
            self.flush()
            self.close_if_done()

    def leave(self) -> None:
        """No further call, please."""
        self.connection.goodbye(frames.ORDERLY)
        self.flush()
        self.close_if_done()

    def is_over(self) -> bool:
        is_leaving = self.connection.is_leaving or self.connection.left is not None
        return super().is_over() or (is_leaving and not self.connection.calls)

    def close_if_done(self) -> None:
        if self.is_over():
            self.writer.close()

    def lost(self) -> None:
        for _, task in list(self.served.values()):
            task.cancel()
