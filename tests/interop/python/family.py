"""The message family that the binary_protocol programs speak, in the package's own words.

Imported by family_server.py and family_client.py; it is no program itself.
"""

import argparse
import zlib
from enum import IntEnum

from binary_protocol import ProtocolConfig, TransportType
from binary_protocol.protocol.message_structure import FieldDefinition, MessageStructure

HEADERS = {"B": ">B", "H": ">H", "I": ">I", "<H": "<H"}


class MessageType(IntEnum):
    SENSOR_DATA = 1
    STATUS = 2
    BLOB = 3
    COUNTER = 4
    MIXED = 5
    LABEL = 6


# Outside the family, and narrow enough for every header.
UNKNOWN_TYPE = 99

MESSAGE_STRUCTURES = {
    MessageType.SENSOR_DATA: MessageStructure([
        FieldDefinition("station", int, format_string=">H"),
        FieldDefinition("sensor1", float, format_string=">f"),
        FieldDefinition("sensor2", float, format_string=">f"),
        FieldDefinition("sensor3", float, format_string=">f"),
        FieldDefinition("sensor4", float, format_string=">f"),
    ]),
    MessageType.STATUS: MessageStructure([
        FieldDefinition("status_code", int, format_string=">I"),
        FieldDefinition("message", str),
    ]),
    MessageType.BLOB: MessageStructure([
        FieldDefinition("name", str),
        FieldDefinition("data", bytes),
    ]),
    MessageType.COUNTER: MessageStructure([
        FieldDefinition("value", int, format_string=">I"),
    ]),
    MessageType.MIXED: MessageStructure([
        FieldDefinition("a", int, format_string="<H"),
        FieldDefinition("b", int, format_string="<i"),
        FieldDefinition("c", float, format_string="<d"),
        # The package cannot read a field of the type bool. As an int with this
        # format it lies in the same byte, and is read as True or False.
        FieldDefinition("flag", int, format_string=">?"),
    ]),
    MessageType.LABEL: MessageStructure([
        FieldDefinition("name", str, fixed_length=8),
        FieldDefinition("n", int, format_string=">H"),
    ]),
}


def crc32(frame: bytes) -> bytes:
    """Give the checksum behind a frame. The package leaves its byte order to us."""
    return zlib.crc32(frame).to_bytes(4, "big")


def crc32_holds(frame: bytes, checksum: bytes) -> bool:
    return crc32(frame) == checksum


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what both sides must agree on."""
    parser.add_argument("--udp", action="store_true", help="use UDP, one frame a datagram, not TCP")
    parser.add_argument("--checksum", action="store_true", help="put a CRC-32 behind every frame")
    parser.add_argument("--header", choices=HEADERS, default="H", help="the struct format of the type")


def config(options: argparse.Namespace) -> ProtocolConfig:
    return ProtocolConfig(
        message_type_enum=MessageType,
        message_structures=MESSAGE_STRUCTURES,
        transport_type=TransportType.UDP if options.udp else TransportType.TCP,
        header_format=HEADERS[options.header],
        checksum_enabled=options.checksum,
        checksum_size=4,
        checksum_func=crc32,
        checksum_verify=crc32_holds,
    )
