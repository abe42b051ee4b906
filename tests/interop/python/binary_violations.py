"""The violations of tests/vectors/binary_wire.json against a plugin that is there: each on a connection of its own, with the
bytes as they stand, and the methods of the same kind that the plugin has.
"""

import asyncio
import json
from pathlib import Path

import binary_contract as contract
import binary_frames as frames
from binary_frames import Frame, Settings

VECTORS = Path(__file__).parents[2] / "vectors/binary_wire.json"
# A finder needs no time for it.
SECONDS = 2

# What depends on what the finder says in its HELLO is made here instead.
OF_SETTINGS = ("Window", "TooManyCalls")

# A method of the plugin for each number of the vectors: of that kind, and those with streams of requests take none and do not end.
METHODS = (contract.WAIT, contract.READINGS, contract.STALL, contract.HOLD)


class Raw:
    """A connection on which anything may be written."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.reader = reader
        self.writer = writer
        self.frames = frames.FrameReader(2**24)
        self.settings: Settings | None = None
        self.methods: list[frames.Method] = []

    async def read(self) -> bytes:
        """What comes next; nothing at the end of the connection."""
        try:
            return await asyncio.wait_for(self.reader.read(65536), SECONDS)
        except ConnectionError:
            # A reader whose connection broke keeps for itself what had come before that.
            data = bytes(self.reader._buffer)
            self.reader._buffer.clear()
            return data

    async def magic(self) -> None:
        """Reads what both sides say first."""
        while len(self.frames.buffer) < len(frames.MAGIC):
            data = await self.read()
            assert data, "the connection ends before MAGIC"
            self.frames.feed(data)
        found = bytes(self.frames.buffer[: len(frames.MAGIC)])
        assert found == frames.MAGIC, f"{found.hex()} is where MAGIC should be"
        del self.frames.buffer[: len(frames.MAGIC)]

    async def frame(self) -> Frame | None:
        """The next frame, or None at the end of the connection."""
        while (frame := self.frames.next()) is None:
            if not (data := await self.read()):
                return None
            self.frames.feed(data)
        return frame

    async def begin(self, settings: Settings) -> None:
        """A beginning without a fault."""
        hello = frames.write_frame(frames.HELLO, 0, 0, frames.write_hello(settings))
        self.writer.write(frames.MAGIC + hello)
        await self.read_beginning()

    async def read_beginning(self) -> None:
        await self.magic()
        self.settings = frames.read_hello((await self.frame()).payload)
        more = frames.MORE
        while more & frames.MORE:
            frame = await self.frame()
            self.methods += frames.read_methods(frame.payload)
            more = frame.flags

    def number(self, method: frames.Method) -> int:
        return [found.path for found in self.methods].index(method.path)

    async def reason(self) -> tuple[int, str] | None:
        """What the plugin says before it closes. Other frames may stand before it."""
        said = None
        while (frame := await self.frame()) is not None:
            assert said is None, f"{frame} behind a GOODBYE"
            if frame.kind == frames.GOODBYE:
                said = frames.read_goodbye(frame.payload)
        return said

    def renumbered(self, hex: str) -> bytes:
        """A frame of the vectors with the number that its method has here."""
        data = bytes.fromhex(hex)
        if data[4] != frames.CALL or len(data) < 14:
            return data
        number = int.from_bytes(data[10:14], "little")
        ours = self.number(METHODS[number]) if number < len(METHODS) else len(self.methods)
        return data[:10] + ours.to_bytes(4, "little") + data[14:]


async def replay(connect) -> int:
    """Holds a plugin against every violation that it has to find. Returns how many there were; raises all that it missed."""
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    settings = Settings(**vectors["settings"])
    chosen = [
        vector
        for vector in vectors["violations"]
        if vector["found_by"] == "plugin" and vector["violation"] not in OF_SETTINGS
    ]
    tries = [(of_the_file, vector) for vector in chosen]
    tries += [(of_settings, build) for build in (too_many_calls, over_the_window)]
    missed = []
    for attempt, what in tries:
        raw = Raw(*await connect())
        try:
            await asyncio.wait_for(attempt(raw, what, settings), SECONDS)
        except (AssertionError, TimeoutError, ConnectionError, asyncio.IncompleteReadError) as error:
            name = what["name"] if attempt is of_the_file else what.__name__
            missed.append(f"{name}: {error!r}")
        raw.writer.close()
    if missed:
        raise AssertionError("\n".join(["the plugin missed", *missed]))
    return len(tries)


async def of_settings(raw: Raw, build, settings: Settings) -> None:
    await raw.begin(settings)
    raw.writer.write(build(raw))
    expect_violation(await raw.reason())


async def of_the_file(raw: Raw, vector, settings: Settings) -> None:
    if vector.get("opening"):
        raw.writer.write(bytes.fromhex(vector["hex"]))
        if vector["violation"] == "Magic":
            assert await raw.read() == b"", "it is closed without a word"
            return
        await raw.magic()
    else:
        await raw.begin(settings)
        for step in vector["before"]:
            raw.writer.write(raw.renumbered(step["hex"]))
        raw.writer.write(raw.renumbered(vector["hex"]))
    expect_violation(await raw.reason())


def expect_violation(said: tuple[int, str] | None) -> None:
    assert said is not None, "the plugin closed without a GOODBYE"
    assert said[0] == frames.BROKEN and said[1], f"the plugin says {said}"


def too_many_calls(raw: Raw) -> bytes:
    number = raw.number(contract.STALL)
    calls = range(1, raw.settings.calls_max + 2)
    return b"".join(frames.write_frame(frames.CALL, 0, id, number.to_bytes(4, "little")) for id in calls)


def over_the_window(raw: Raw) -> bytes:
    """Messages for a handler that takes none, one more than there is room for."""
    opening = raw.number(contract.STALL).to_bytes(4, "little")
    pieces = [frames.write_frame(frames.CALL, 0, 1, opening)]
    part = bytes(16_384)
    for _ in range(raw.settings.window_bytes // (len(part) + frames.PART_COST) + 1):
        pieces.append(frames.write_frame(frames.MESSAGE, frames.PART, 1, part))
    return b"".join(pieces)
