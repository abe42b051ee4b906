"""The key-value contract as a pyvider plugin: kv_plugin.py [--tcp]."""

import argparse
import asyncio
import os
import sys

import cookie  # noqa: F401  (must come before pyvider)

# Their logger says nothing below WARNING unless told to, and Emit logs at INFO.
os.environ.setdefault("PROVIDE_LOG_LEVEL", "INFO")

import grpc
import kv_pb2
import kv_pb2_grpc
from provide.foundation.logger import get_logger
from pyvider.rpcplugin import RPCPluginProtocol, plugin_server

logger = get_logger(__name__)


class Store(kv_pb2_grpc.KVServicer):
    """Answers the calls from a dictionary; asyncio needs no lock around it."""

    def __init__(self):
        self.values: dict[str, bytes] = {}

    async def Put(self, request, context):
        created = request.key not in self.values
        self.values[request.key] = request.value
        return kv_pb2.PutReply(created=created)

    async def Get(self, request, context):
        return await self.find(request, context)

    async def List(self, request, context):
        for key in sorted(self.values):
            if key.startswith(request.prefix):
                yield kv_pb2.Pair(key=key, value=self.values[key])

    async def PutAll(self, request_iterator, context):
        summary = kv_pb2.Summary()
        async for pair in request_iterator:
            self.values[pair.key] = pair.value
            summary.count += 1
            summary.bytes += len(pair.value)
        return summary

    async def Watch(self, request_iterator, context):
        async for key in request_iterator:
            yield await self.find(key, context)

    async def Emit(self, request, context):
        if request.log:
            logger.info(request.log, source="emit")
        # Flushed, since nobody promises an unbuffered interpreter.
        print(request.standard_output, end="", flush=True)
        print(request.standard_error, end="", file=sys.stderr, flush=True)
        return kv_pb2.EmitReply()

    async def find(self, key, context):
        """Look a key up as both Get and Watch promise it."""
        if key.key not in self.values:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"no such key: {key.key}")
        return kv_pb2.Pair(key=key.key, value=self.values[key.key])


class Contract(RPCPluginProtocol):
    """Ties the generated code to pyvider."""

    service_name = "kvtest.KV"
    supported_protocol_versions = [1]

    async def get_grpc_descriptors(self):
        return kv_pb2, self.service_name

    async def add_to_server(self, server, handler):
        kv_pb2_grpc.add_KVServicer_to_server(handler, server)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tcp", action="store_true", help="listen on TCP, not on a unix socket")
    transport = "tcp" if parser.parse_args().tcp else "unix"
    await plugin_server(Contract(), Store(), transport=transport).serve()


if __name__ == "__main__":
    asyncio.run(main())
