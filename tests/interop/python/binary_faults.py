"""A plugin that does one thing wrong, as tests/vectors/binary_wire.json has it: binary_faults.py NAME REPORT.

It answers health, waits for the call that the vector wants, says what the vector says, and writes into the file REPORT how the
host took it: `goodbye REASON TEXT`, `cancelled`, `closed`, or `goes on`.
"""

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path

import binary_contract as contract
import binary_frames as frames
from binary_frames import Frame, Settings
from binary_handshake import check_cookie, say_wire
from binary_violations import VECTORS, Raw

# A method for each number of the vectors, with the kind that it has there; health is behind them.
METHODS = [contract.FIRST, contract.READINGS, contract.SUM, contract.RUNNING, contract.HEALTH]
HEALTH_NUMBER = 4
# A host that has nothing to say is asked for a sign of life, and answers when it has read what came before.
PING = b"goes on?"


def find(name: str) -> dict:
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    (vector,) = (
        vector for vector in vectors["violations"] + vectors["failures"] if (vector["name"], "host") == (name, vector["found_by"])
    )
    return vector


class Faulty:
    """One connection of a host."""

    def __init__(self, reader, writer, vector):
        self.raw = Raw(reader, writer)
        self.vector = vector
        self.ids: dict[int, int] = {}

    async def run(self) -> str:
        await self.raw.magic()
        frames.read_hello((await self.raw.frame()).payload)
        if self.vector.get("opening"):
            self.raw.writer.write(bytes.fromhex(self.vector["hex"]))
            return await self.taken()
        hello = frames.write_hello(Settings(window_bytes=65536))
        self.raw.writer.write(frames.MAGIC + frames.write_frame(frames.HELLO, 0, 0, hello))
        (table,) = frames.write_table(METHODS, frames.FIRST_FRAME_BYTES)
        self.raw.writer.write(frames.write_frame(frames.METHODS, 0, 0, table))
        wanted = [step for step in self.vector["before"] if step["from"] == "host"]
        # Also a fault that needs no call is made when the host has begun one, and looks.
        await self.calls(max(1, len(wanted)))
        for step in self.vector["before"]:
            if step["from"] == "plugin":
                self.say(step["hex"])
        self.say(self.vector["hex"])
        self.raw.writer.write(frames.write_frame(frames.PING, 0, 0, PING))
        return await self.taken()

    async def calls(self, number: int) -> None:
        """Waits for so many calls, and answers for its health until then."""
        while len(self.ids) < number:
            frame = await self.raw.frame()
            assert frame is not None, "the host closed before its call"
            self.answer(frame)
            if frame.kind == frames.CALL and frames.read_opening(frame).method != HEALTH_NUMBER:
                self.ids[len(self.ids) + 1] = frame.call

    def answer(self, frame: Frame) -> None:
        if frame.kind == frames.CALL and frames.read_opening(frame).method == HEALTH_NUMBER:
            flags = frames.PART | frames.END
            self.raw.writer.write(frames.write_frame(frames.MESSAGE, flags, frame.call, contract.SERVING))
        if frame.kind == frames.PING and not frame.flags & frames.ANSWER:
            self.raw.writer.write(frames.write_frame(frames.PING, frames.ANSWER, 0, frame.payload))

    def say(self, hex: str) -> None:
        """A frame of the file, for the call of this host that has its part."""
        data = bytes.fromhex(hex)
        id = int.from_bytes(data[6:10], "little")
        self.raw.writer.write(data[:6] + self.ids.get(id, id).to_bytes(4, "little") + data[10:])

    async def taken(self) -> str:
        """How the host took it."""
        said = "goes on"
        while (frame := await self.raw.frame()) is not None:
            if frame.kind == frames.GOODBYE:
                reason, text = frames.read_goodbye(frame.payload)
                return f"goodbye {reason} {text}"
            if frame.kind == frames.CANCEL:
                said = "cancelled"
            if frame.kind == frames.PING and frame.flags & frames.ANSWER:
                return said
            self.answer(frame)
        return "closed"


async def serve(name: str, report: Path) -> None:
    vector = find(name)
    done = asyncio.Event()

    async def accept(reader, writer) -> None:
        faulty = Faulty(reader, writer, vector)
        try:
            said = await faulty.run()
        except Exception as error:
            said = f"failed: {error!r}"
        report.write_text(said, encoding="utf-8")
        # Until the host goes: it may have more to ask.
        try:
            while (frame := await faulty.raw.frame()) is not None:
                faulty.answer(frame)
        except TimeoutError:
            pass
        writer.close()
        done.set()

    with tempfile.TemporaryDirectory(dir=os.environ.get("PLUGIN_UNIX_SOCKET_DIR")) as directory:
        path = str(Path(directory) / "socket")
        server = await asyncio.start_unix_server(accept, path)
        say_wire("unix", path)
        print(f"1|1|unix|{path}|grpc|", flush=True)
        await done.wait()
        server.close()


if __name__ == "__main__":
    check_cookie()
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2])))
