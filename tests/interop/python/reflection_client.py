"""A client that is told nothing but where: reflection_client.py TARGET.

Builds its messages of what the server at TARGET says of itself, first with the
database of grpcio-reflection, which asks under the older name, and then asks
each question of the newer one by hand. Prints a line a step; the exit status is
0 only if every one held.
"""

import sys

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)
from grpc_reflection.v1alpha import reflection_pb2

SECONDS = 30


def check(step: str, found, expected) -> None:
    if found != expected:
        sys.exit(f"FAILED {step}: {found!r}, expected {expected!r}")
    print("ok", step, flush=True)


def database(channel) -> None:
    known = ProtoReflectionDescriptorDatabase(channel)
    check("list", "kvtest.KV" in known.get_services(), True)
    pool = DescriptorPool(known)
    service = pool.FindServiceByName("kvtest.KV")
    kinds = {
        method.name: (method.client_streaming, method.server_streaming)
        for method in service.methods
    }
    check(
        "describe",
        kinds,
        {
            "Put": (False, False),
            "Get": (False, False),
            "List": (False, True),
            "PutAll": (True, False),
            "Watch": (True, True),
            "Emit": (False, False),
        },
    )
    key, pair, reply = (
        GetMessageClass(pool.FindMessageTypeByName(f"kvtest.{name}"))
        for name in ("Key", "Pair", "PutReply")
    )
    put = channel.unary_unary(
        "/kvtest.KV/Put",
        request_serializer=pair.SerializeToString,
        response_deserializer=reply.FromString,
    )
    put(pair(key="alpha", value=b"1"), timeout=SECONDS)
    get = channel.unary_unary(
        "/kvtest.KV/Get",
        request_serializer=key.SerializeToString,
        response_deserializer=pair.FromString,
    )
    check("get", get(key(key="alpha"), timeout=SECONDS).value, b"1")
    watch = channel.stream_stream(
        "/kvtest.KV/Watch",
        request_serializer=key.SerializeToString,
        response_deserializer=pair.FromString,
    )
    answers = watch(iter([key(key="alpha")] * 2), timeout=SECONDS)
    check("watch", [answer.key for answer in answers], ["alpha", "alpha"])


def questions(channel, name: str, requests) -> list:
    """Ask one question after the other on one stream."""
    # The messages of the two names are the same.
    ask = channel.stream_stream(
        f"/grpc.reflection.{name}.ServerReflection/ServerReflectionInfo",
        request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
        response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
    )
    return list(ask(iter(requests), timeout=SECONDS))


def by_hand(channel) -> None:
    request = reflection_pb2.ServerReflectionRequest
    extension = reflection_pb2.ExtensionRequest(
        containing_type="kvtest.Pair", extension_number=7
    )
    asked = [
        request(host="here", list_services=""),
        request(file_containing_symbol="kvtest.KV.Get"),
        request(file_by_filename="google/protobuf/empty.proto"),
        request(file_containing_symbol="station.v1.Station"),
        request(file_containing_symbol="kvtest.Nothing"),
        request(file_containing_extension=extension),
        request(all_extension_numbers_of_type="kvtest.Pair"),
        request(),
    ]
    newer, older = (questions(channel, name, asked) for name in ("v1", "v1alpha"))
    check("alpha", [str(one) for one in newer], [str(one) for one in older])
    check("symbol", len(newer[1].file_descriptor_response.file_descriptor_proto), 1)
    check("file", len(newer[2].file_descriptor_response.file_descriptor_proto), 1)
    # The wrappers and the opaque messages; not what the stream has had.
    check("imports", len(newer[3].file_descriptor_response.file_descriptor_proto), 3)
    not_found = grpc.StatusCode.NOT_FOUND.value[0]
    check("missing", newer[4].error_response.error_code, not_found)
    check("extension", newer[5].error_response.error_code, not_found)
    numbers = newer[6].all_extension_numbers_response
    check("numbers", (numbers.base_type_name, list(numbers.extension_number)), ("kvtest.Pair", []))
    invalid = grpc.StatusCode.INVALID_ARGUMENT.value[0]
    check("nothing", newer[7].error_response.error_code, invalid)


def main() -> None:
    with grpc.insecure_channel(sys.argv[1]) as channel:
        database(channel)
        by_hand(channel)


if __name__ == "__main__":
    main()
