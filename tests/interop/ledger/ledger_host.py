"""Calls a plugin by the modules that grpcio-tools made of the contract that the plugin exports.

ledger_host.py [--tls] PLUGIN: a host on grpcio alone. It prints a line a step,
`ok STEP`, and its exit status is 0 only if every step held.
"""

import sys
import tempfile

import grpc
from conformance_client import Server, expect
from google.protobuf.empty_pb2 import Empty
from google.protobuf.wrappers_pb2 import StringValue

import ledger_pb2 as messages
import ledger_pb2_grpc as services

SECONDS = 30
METADATA = [("x-caller", "python")]

FIRST = messages.Entry(
    account="ada",
    cents=-1234,
    purpose=messages.PURPOSE_WAGES,
    note="",
    labels={"a": 1, "b": 0},
    scan=b"\x00\xff",
)


def refusal(call):
    try:
        call()
    except grpc.RpcError as error:
        return error
    raise AssertionError("the call succeeded")


def unary(ledger):
    expect("the number of entries", ledger.Book(FIRST, timeout=SECONDS).value, 1)
    balance = ledger.Balance(StringValue(value="ada"), timeout=SECONDS, metadata=METADATA)
    expect("the balance", balance, messages.Balance(account="ada", cents=-1234, caller="python"))


def refused(ledger):
    error = refusal(lambda: ledger.Book(messages.Entry(), timeout=SECONDS))
    expect("the status", error.code(), grpc.StatusCode.INVALID_ARGUMENT)


def missing(ledger):
    error = refusal(lambda: ledger.Balance(StringValue(value="bob"), timeout=SECONDS))
    expect("the status", error.code(), grpc.StatusCode.NOT_FOUND)
    expect("the message", error.details(), "no entry of bob")
    details = dict(error.trailing_metadata())["grpc-status-details-bin"]
    # A `google.rpc.Status`, for which grpcio alone has no class.
    expect("the type of the detail", b"type.googleapis.com/ledger.v1.Missing" in details, True)
    expect("the detail", messages.Missing(account="bob").SerializeToString() in details, True)


def client_stream(ledger):
    entries = (messages.Entry(account="eve", cents=cents) for cents in range(100))
    expect("the number of entries", ledger.BookAll(entries, timeout=SECONDS).value, 100)


def server_stream(ledger):
    expect("the entries", list(ledger.Entries(StringValue(value="ada"), timeout=SECONDS)), [FIRST])


def both_stream(ledger):
    entries = (messages.Entry(account="mia") for _ in range(3))
    balances = [balance.cents for balance in ledger.Follow(entries, timeout=SECONDS)]
    expect("the balances", balances, [1, 2, 3])


def deadline(ledger):
    error = refusal(lambda: ledger.Close(Empty(), timeout=0.2))
    expect("the status", error.code(), grpc.StatusCode.DEADLINE_EXCEEDED)


STEPS = [unary, refused, missing, client_stream, server_stream, both_stream, deadline]


def main(arguments: list[str]) -> int:
    tls = arguments[:1] == ["--tls"]
    with tempfile.TemporaryDirectory() as directory:
        server = Server(arguments[1:] if tls else arguments, tls, directory)
        try:
            with server.channel() as channel:
                ledger = services.LedgerStub(channel)
                for step in STEPS:
                    step(ledger)
                    print("ok", step.__name__.replace("_", "-"))
            server.end()
        finally:
            server.process.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
