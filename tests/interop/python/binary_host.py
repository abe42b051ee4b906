"""A host that speaks the binary wire alone: binary_host.py [--tls] PLUGIN [ARGUMENTS...].

The plugin serves `wiretest.Probe`, as tests/src/bin/probe_plugin.rs does. Prints `ok STEP` for what held; the exit status is 0
only if everything did.
"""

import argparse
import asyncio
import os
import ssl
import sys
import tempfile
from pathlib import Path

import binary_contract as contract
import binary_frames as frames
import binary_violations
from binary_frames import CallError, Method, Settings, Side
from binary_handshake import ALPN, COOKIE, WIRES, Key, Line, wire_line
from binary_peer import Host, HostCall

STEP_SECONDS = 60
# Small, so that the plugin has to wait for grants.
SETTINGS = Settings(window_bytes=50_000, connection_window_bytes=80_000, calls_max=1)
LARGE_BYTES = 5 * 1024 * 1024
METADATA = [("tenant", b"blue"), ("proof-bin", bytes(range(256))), ("tenant", b""), ("empty-bin", b"")]


def expect(actual, expected) -> None:
    if actual != expected:
        raise AssertionError(f"got {actual!r:.500}, expected {expected!r:.500}")


async def fails(call, code: int) -> CallError:
    """How a call failed, which must be with this code."""
    try:
        answer = await call
    except CallError as error:
        expect(error.code, code)
        return error
    raise AssertionError(f"got {answer!r:.500}, expected a failure {code}")


class Steps:
    """The conversation, in order."""

    def __init__(self, host: Host, connect):
        self.host = host
        self.connect = connect

    async def table(self) -> None:
        methods = await self.host.opened()
        paths = [method.path for method in methods]
        for method in (contract.HEALTH, contract.SHUTDOWN, contract.FIRST, contract.NEWER):
            expect(paths.count(method.path), 1)
        by_path = {method.path: method for method in methods}
        # The layouts are those of the page, and what is tagged is not compared.
        for method in (contract.FIRST, contract.READINGS, contract.SUM, contract.RUNNING, contract.CHANGED):
            expect(by_path[method.path], method)
        expect(self.host.connection.theirs.version, 1)

    async def health(self) -> None:
        expect(await self.host.ask(contract.HEALTH, b"\x0a\x06plugin"), contract.SERVING)

    async def unary_unary(self) -> None:
        answer = await self.host.ask(contract.FIRST, contract.pack_range(7, 1))
        expect(contract.unpack_reading(answer), (7, "number 7"))

    async def unary_stream(self) -> None:
        # Far more than the windows hold.
        answers = await self.host.start(contract.READINGS, contract.pack_range(0, 10_000)).all()
        expect([contract.unpack_reading(answer)[0] for answer in answers], list(range(10_000)))

    async def stream_unary(self) -> None:
        call = self.host.start(contract.SUM)
        label = "a long label, so that windows are used up" * 20
        for number in range(5_000):
            call.send(contract.pack_reading(number, label))
        call.finish()
        expect(contract.unpack_total(await call.one()), (5_000, sum(range(5_000))))

    async def stream_stream(self) -> None:
        call = self.host.start(contract.RUNNING)
        total = 0
        for number in range(1, 20):
            call.send(contract.pack_total(number, number))
            total += number
            expect(contract.unpack_total(await call.message()), (number, total))
        call.finish()
        expect(await call.message(), None)

    async def empty_messages(self) -> None:
        call = self.host.start(contract.RUNNING)
        for _ in range(5_000):
            call.send(b"")
        call.finish()
        expect(await call.all(), [b""] * 5_000)
        expect(await self.host.ask(contract.ECHO, b""), b"")

    async def several_messages(self) -> None:
        """Messages that come and go together, among others; some are empty, one is longer than a part."""
        call = self.host.start(contract.SUM)
        lengths = (1, 2, 7, 100, 1_000, 40)
        number = 0
        for length in lengths * 3:
            numbers = range(number, number + length)
            call.send_together([contract.pack_reading(reading, "x" * (reading % 200)) for reading in numbers])
            call.send(contract.pack_reading(number + length, "alone"))
            number += length + 1
        call.send_together([contract.pack_reading(number, "x" * 60_000), contract.pack_reading(number + 1, "")])
        call.finish()
        expect(contract.unpack_total(await call.one()), (number + 2, sum(range(number + 2))))
        requests = [contract.pack_total(number, 1) if number % 3 else b"" for number in range(3_000)]
        call = self.host.start(contract.RUNNING)
        call.send_together(requests)
        call.finish()
        expect(len(await call.all()), len(requests))
        # Every other stream of a plugin in Python has them.
        for _ in range(2):
            answers = await self.host.start(contract.READINGS, contract.pack_range(0, 1_000)).all()
            expect([contract.unpack_reading(answer)[0] for answer in answers], list(range(1_000)))
        expect(self.host.connection.several_written > 20, True)
        expect(self.host.connection.several_read > 0, True)

    async def many_calls(self) -> None:
        numbers = range(300)
        calls = [self.host.ask(contract.FIRST, contract.pack_range(number, 1)) for number in numbers]
        answers = await asyncio.gather(*calls)
        expect([contract.unpack_reading(answer)[0] for answer in answers], list(numbers))

    async def large_message_beside_small_calls(self) -> None:
        data = bytes(range(256)) * (LARGE_BYTES // 256)
        large = asyncio.create_task(self.host.ask(contract.ECHO, contract.pack_blob(data)))
        small = 0
        await asyncio.sleep(0)
        while not large.done():
            await self.host.ask(contract.FIRST, contract.pack_range(small, 1))
            small += not large.done()
        expect(contract.unpack_blob(await large) == data, True)
        if not small:
            raise AssertionError("no small call came through beside the large message")

    async def metadata(self) -> None:
        call = self.host.start(contract.WORDS, contract.pack_total(1, 0), metadata=METADATA)
        expect(await call.headers, METADATA)
        expect(contract.unpack_total(await call.one()), (len(METADATA), 0))
        expect(call.trailing, [*METADATA, ("place", b"behind")])

    async def status_with_details(self) -> None:
        request = contract.pack_total(contract.FAILING, 0)
        call = self.host.start(contract.WORDS, request, metadata=METADATA[:1])
        error = await fails(call.one(), frames.ABORTED)
        expect(error.text, "é: not done")
        expect(error.details, [(contract.DETAIL_URL, contract.pack_total(contract.FAILING, 1))])
        expect(error.trailing, [METADATA[0], ("place", b"behind")])
        expect(await call.headers, METADATA[:1])

    async def status_of_a_stream(self) -> None:
        await fails(self.host.ask(contract.FIRST, contract.pack_range(7, 0)), frames.OUT_OF_RANGE)
        # The rest of a stream of requests goes nowhere.
        call = self.host.start(contract.SUM, b"no reading")
        await fails(call.one(), frames.INTERNAL)
        for _ in range(100):
            call.send(bytes(2_000))
        await self.unary_unary()

    async def waiting(self, number: int) -> None:
        """So many handlers of Wait are at work; they hear of an end a moment later."""
        for _ in range(200):
            answer = await self.host.ask(contract.WAITING, b"")
            if contract.unpack_total(answer)[0] == number:
                return
            await asyncio.sleep(0.02)
        expect(contract.unpack_total(answer)[0], number)

    async def cancellation(self) -> None:
        call = self.host.start(contract.WAIT, b"")
        await self.waiting(1)
        call.cancel()
        await self.waiting(0)
        await fails(call.one(), frames.CANCELLED)
        stream = self.host.start(contract.READINGS, contract.pack_range(0, 60_000))
        await stream.message()
        stream.cancel()
        await self.freed()

    async def freed(self) -> None:
        """The plugin answers what was given up, and all ids are free."""
        for _ in range(200):
            if not self.host.connection.calls:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"ids are in use: {list(self.host.connection.calls)}")

    async def deadline(self) -> None:
        await fails(self.host.ask(contract.WAIT, b"", timeout=0.1), frames.DEADLINE_EXCEEDED)
        await self.waiting(0)
        # The plugin has a clock of its own: this host does not look at its time here.
        number = self.host.connection.resolve(contract.WAIT)
        call = HostCall(self.host, self.host.connection.call(number, 100_000_000, (), b"", True))
        self.host.calls[call.call] = call
        self.host.flush()
        await fails(call.one(), frames.DEADLINE_EXCEEDED)
        await self.freed()

    async def layout(self) -> None:
        """A packed message that differs is refused here, before a call, with both layouts."""
        other = contract.CHANGED._replace(response=contract.OTHER_READING)
        error = await fails(self.start(other), frames.FAILED_PRECONDITION)
        for side in (contract.READING, contract.OTHER_READING):
            if side.text not in error.text:
                raise AssertionError(f"{error.text!r} does not name {side.text!r}")
        await fails(self.start(contract.FIRST._replace(kind="unary_stream")), frames.FAILED_PRECONDITION)
        await fails(self.start(contract.OLDER), frames.UNIMPLEMENTED)
        # Who compares nothing may call.
        blind = contract.CHANGED._replace(request=Side(), response=Side())
        expect(await self.host.ask(blind, contract.pack_reading(7, "x")), contract.pack_reading(7, "x"))

    async def start(self, method: Method) -> bytes:
        return await self.host.ask(method, b"")

    async def ping(self) -> None:
        for number in range(10):
            await self.host.ping(number.to_bytes(8, "big"))

    async def violations(self) -> None:
        print("found", await binary_violations.replay(self.connect), "violations", flush=True)
        # Other connections go on.
        await self.unary_unary()

    async def second_connection(self) -> None:
        host = Host(*await self.connect(), SETTINGS)
        await host.opened()
        await host.ask(contract.FIRST, contract.pack_range(1, 1))
        call = host.start(contract.RUNNING)
        host.connection.goodbye(frames.ORDERLY)
        call.send(b"")
        expect(await call.message(), b"")
        expect(host.running.done(), False)
        call.finish()
        expect(await call.message(), None)
        # The plugin closes when no call is left.
        await asyncio.wait_for(host.running, 10)
        expect(host.broken, None)

    async def shutdown(self) -> None:
        call = self.host.start(contract.RUNNING)
        call.send(b"")
        await call.message()
        await self.host.ask(contract.SHUTDOWN, b"")
        # GOODBYE comes, and what runs may end.
        for _ in range(200):
            if self.host.goodbye is not None:
                break
            await asyncio.sleep(0.02)
        expect(self.host.goodbye and self.host.goodbye[0], frames.ORDERLY)
        call.send(b"")
        expect(await call.message(), b"")
        call.finish()
        expect(await call.message(), None)
        await asyncio.wait_for(self.host.running, 10)
        expect(self.host.broken, None)


STEPS = [
    "table",
    "health",
    "unary_unary",
    "unary_stream",
    "stream_unary",
    "stream_stream",
    "empty_messages",
    "several_messages",
    "many_calls",
    "large_message_beside_small_calls",
    "metadata",
    "status_with_details",
    "status_of_a_stream",
    "cancellation",
    "deadline",
    "layout",
    "ping",
    "second_connection",
    "violations",
    "shutdown",
]


async def run(arguments) -> None:
    with tempfile.TemporaryDirectory(prefix="host-") as directory:
        key = Key() if arguments.tls else None
        wires = Path(directory) / "wires"
        environment = {
            **os.environ,
            COOKIE[0]: COOKIE[1],
            WIRES: str(wires),
            "PLUGIN_PROTOCOL_VERSIONS": "1",
            "PLUGIN_UNIX_SOCKET_DIR": directory,
            **({"PLUGIN_CLIENT_CERT": key.pem} if key else {}),
        }
        process = await asyncio.create_subprocess_exec(
            *arguments.plugin, env=environment, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE
        )
        try:
            line = Line((await asyncio.wait_for(process.stdout.readline(), 60)).decode())
            expect(wires.read_text(encoding="utf-8"), wire_line(line.network, line.address))
            expect(line.pem is not None, arguments.tls)

            async def connect(names=(ALPN, "h2")):
                context = key.context(False, line.pem, list(names)) if key else None
                reader, writer = await line.connect(context)
                tls: ssl.SSLObject | None = writer.get_extra_info("ssl_object")
                if tls is not None:
                    expect(tls.selected_alpn_protocol(), ALPN)
                return reader, writer

            steps = Steps(Host(*await connect(), SETTINGS), connect)
            for name in STEPS:
                try:
                    await asyncio.wait_for(getattr(steps, name)(), STEP_SECONDS)
                except Exception as error:
                    broken = steps.host.broken or steps.host.goodbye or ""
                    print(f"FAILED {name}: {error!r} {broken}", file=sys.stderr)
                    raise
                print("ok", name, flush=True)
            expect(await asyncio.wait_for(process.wait(), 10), 0)
            print("ok exit", flush=True)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tls", action="store_true", help="mutual TLS")
    parser.add_argument("plugin", nargs=argparse.REMAINDER)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
