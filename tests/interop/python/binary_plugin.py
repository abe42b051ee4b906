"""A plugin that speaks the binary wire alone: binary_plugin.py [--tcp] [--twin].

Serves `wiretest.Probe` of binary_contract.py. A rule that the host breaks ends the connection, and is told on standard error.
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
import binary_peer
from binary_frames import CallError, Method, Settings
from binary_handshake import ALPN, Key, check_cookie, host_certificate, say_wire

# Small, so that the host has to wait for grants.
SETTINGS = Settings(window_bytes=40_000, connection_window_bytes=60_000, calls_max=8)


class Probe:
    """The handlers."""

    def __init__(self):
        self.waiting = 0
        self.stopping = asyncio.Event()

    async def first(self, call: binary_peer.ServedCall) -> None:
        number, count = contract.unpack_range(await call.message())
        if not count:
            raise CallError(frames.OUT_OF_RANGE, "an empty range has no first number")
        await call.send(contract.pack_reading(number, f"number {number}"))

    async def readings(self, call: binary_peer.ServedCall) -> None:
        number, count = contract.unpack_range(await call.message())
        for reading in range(number, number + count):
            await call.send(contract.pack_reading(reading, f"number {reading}"))

    async def sum(self, call: binary_peer.ServedCall) -> None:
        count = total = 0
        while (message := await call.message()) is not None:
            count, total = count + 1, total + contract.unpack_reading(message)[0]
        await call.send(contract.pack_total(count, total))

    async def running(self, call: binary_peer.ServedCall) -> None:
        total = 0
        while (message := await call.message()) is not None:
            count, number = contract.unpack_total(message)
            total += number
            await call.send(contract.pack_total(count, total))

    async def echo(self, call: binary_peer.ServedCall) -> None:
        await call.send(contract.pack_blob(contract.unpack_blob(await call.message())))

    async def wait(self, call: binary_peer.ServedCall) -> None:
        self.waiting += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.waiting -= 1

    async def how_many_wait(self, call: binary_peer.ServedCall) -> None:
        await call.message()
        await call.send(contract.pack_total(self.waiting, 0))

    async def words(self, call: binary_peer.ServedCall) -> None:
        count, _ = contract.unpack_total(await call.message())
        call.headers(call.metadata)
        call.trailing = [*call.metadata, ("place", b"behind")]
        if count == contract.FAILING:
            detail = contract.pack_total(count, 1)
            raise CallError(frames.ABORTED, "é: not done", [(contract.DETAIL_URL, detail)])
        await call.send(contract.pack_total(len(call.metadata), 0))

    async def older(self, call: binary_peer.ServedCall) -> None:
        raise CallError(frames.UNIMPLEMENTED, "gone")

    async def check(self, call: binary_peer.ServedCall) -> None:
        await call.message()
        await call.send(contract.SERVING)

    async def shutdown(self, call: binary_peer.ServedCall) -> None:
        await call.message()
        await call.send(b"")
        self.stopping.set()

    async def changed(self, call: binary_peer.ServedCall) -> None:
        await call.send(await call.message())

    def methods(self, is_twin: bool) -> dict[Method, binary_peer.Handler]:
        """As a twin it has what the plugin in Rust has; otherwise a method more, one less, and one with another layout."""
        if is_twin:
            different = {contract.NEWER: self.older, contract.CHANGED: self.changed}
        else:
            changed = contract.CHANGED._replace(request=contract.OTHER_READING)
            different = {contract.OLDER: self.older, changed: self.changed}
        return {
            **different,
            contract.SHUTDOWN: self.shutdown,
            contract.RUNNING: self.running,
            contract.WORDS: self.words,
            contract.WAITING: self.how_many_wait,
            contract.SUM: self.sum,
            contract.ECHO: self.echo,
            contract.READINGS: self.readings,
            contract.FIRST: self.first,
            contract.WAIT: self.wait,
            contract.STALL: self.wait,
            contract.HOLD: self.wait,
            contract.HEALTH: self.check,
        }


async def serve(is_tcp: bool, is_twin: bool) -> bool:
    """Serves until the host asks to end. True if no host broke a rule; a twin has hosts that do so on purpose."""
    probe, plugins = Probe(), []
    key, context = None, None
    if certificate := host_certificate():
        key = Key()
        context = key.context(True, certificate, [ALPN])

    async def accept(reader, writer) -> None:
        plugin = binary_peer.Plugin(reader, writer, probe.methods(is_twin), SETTINGS)
        tls = writer.get_extra_info("ssl_object")
        if tls is not None and tls.selected_alpn_protocol() != ALPN:
            raise ssl.SSLError(f"the host wants {tls.selected_alpn_protocol()}")
        plugins.append(plugin)
        await plugin.run()
        if plugin.broken is not None:
            print(f"the host broke a rule: {plugin.broken}", file=sys.stderr, flush=True)
        if plugin.goodbye is not None and plugin.goodbye[0] != frames.ORDERLY:
            print(f"the host says: {plugin.goodbye}", file=sys.stderr, flush=True)

    directory = tempfile.mkdtemp(prefix="plugin-", dir=os.environ.get("PLUGIN_UNIX_SOCKET_DIR"))
    path = Path(directory) / "socket"
    if is_tcp:
        server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=context)
        network, address = "tcp", "127.0.0.1:{}".format(server.sockets[0].getsockname()[1])
    else:
        server = await asyncio.start_unix_server(accept, path, ssl=context)
        network, address = "unix", str(path)
    say_wire(network, address)
    print(f"1|1|{network}|{address}|grpc|{key.field() if key else ''}", flush=True)
    await probe.stopping.wait()
    for plugin in plugins:
        if not plugin.writer.is_closing():
            plugin.leave()
    # The host closes, or the calls end; a call that does not end is not waited for.
    for _ in range(100):
        if all(plugin.writer.is_closing() for plugin in plugins):
            break
        await asyncio.sleep(0.01)
    server.close()
    path.unlink(missing_ok=True)
    os.rmdir(directory)
    return is_twin or all(plugin.broken is None for plugin in plugins)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tcp", action="store_true", help="listen on TCP, not on a unix socket")
    parser.add_argument("--twin", action="store_true", help="have the methods of the plugin in Rust")
    arguments = parser.parse_args()
    check_cookie()
    sys.exit(0 if asyncio.run(serve(arguments.tcp, arguments.twin)) else 1)


if __name__ == "__main__":
    main()
