"""The conversation every host of the interop tests has with its plugin.

A step is a coroutine that takes the stub and raises if its expectation fails.
`STEPS` has them in order, and a later one builds on those before it.
"""

import grpc
import kv_pb2
from grpc.aio import EOF


def expect(actual, expected) -> None:
    if actual != expected:
        raise AssertionError(f"got {actual!r}, expected {expected!r}")


def expect_not_found(error: grpc.aio.AioRpcError, key: str) -> None:
    expect(error.code(), grpc.StatusCode.NOT_FOUND)
    if key not in error.details():
        raise AssertionError(f"the message does not name {key!r}: {error.details()!r}")


def pair(key: str, value: bytes) -> kv_pb2.Pair:
    return kv_pb2.Pair(key=key, value=value)


async def put(stub) -> None:
    expect((await stub.Put(pair("alpha", b"1"))).created, True)


async def put_again(stub) -> None:
    expect((await stub.Put(pair("alpha", b"1"))).created, False)


async def put_second(stub) -> None:
    expect((await stub.Put(pair("beta", b"2"))).created, True)


async def get(stub) -> None:
    expect(await stub.Get(kv_pb2.Key(key="alpha")), pair("alpha", b"1"))


async def get_missing(stub) -> None:
    try:
        await stub.Get(kv_pb2.Key(key="missing"))
    except grpc.aio.AioRpcError as error:
        expect_not_found(error, "missing")
    else:
        raise AssertionError("succeeded, expected NOT_FOUND")


async def list_all(stub) -> None:
    answers = [answer async for answer in stub.List(kv_pb2.Prefix())]
    expect(answers, [pair("alpha", b"1"), pair("beta", b"2")])


async def put_all(stub) -> None:
    summary = await stub.PutAll(iter([pair("gamma", b"3"), pair("delta", b"44")]))
    expect(summary, kv_pb2.Summary(count=2, bytes=3))


async def watch(stub) -> None:
    """Send the second key only when the first is answered."""
    call = stub.Watch()
    for expected in (pair("alpha", b"1"), pair("delta", b"44")):
        await call.write(kv_pb2.Key(key=expected.key))
        expect(await call.read(), expected)
    await call.done_writing()
    expect(await call.read(), EOF)
    expect(await call.code(), grpc.StatusCode.OK)


async def watch_missing(stub) -> None:
    """Have the error arrive behind an answer, in the trailers."""
    call = stub.Watch()
    await call.write(kv_pb2.Key(key="alpha"))
    expect(await call.read(), pair("alpha", b"1"))
    await call.write(kv_pb2.Key(key="missing"))
    try:
        answer = await call.read()
    except grpc.aio.AioRpcError as error:
        expect_not_found(error, "missing")
    else:
        raise AssertionError(f"got {answer!r}, expected NOT_FOUND")


async def large_value(stub) -> None:
    """Use far more than a flow control window holds, of bytes that are no text."""
    value = bytes(range(256)) * 4096
    await stub.Put(pair("large", value))
    answer = await stub.Get(kv_pb2.Key(key="large"))
    if answer.value != value:
        raise AssertionError(f"{len(answer.value)} bytes came back that are not the {len(value)} sent")


async def emit(stub) -> None:
    """Where the outputs arrive is not checked: this host hands none of them on."""
    await stub.Emit(
        kv_pb2.EmitRequest(
            log="a line for the log",
            standard_output="a line for standard output\n",
            standard_error="a line for standard error\n",
        )
    )


STEPS = [
    ("put", put),
    ("put-again", put_again),
    ("put-second", put_second),
    ("get", get),
    ("get-missing", get_missing),
    ("list", list_all),
    ("put-all", put_all),
    ("watch", watch),
    ("watch-missing", watch_missing),
    ("large-value", large_value),
    ("emit", emit),
]
