//! Against `binary_protocol` 0.2.2, in both roles, over TCP and UDP, with every header and with a checksum.

mod messages;

mod our_server;

mod our_client;

mod limits;

mod over_tls;

mod structure;

use std::net::Ipv4Addr;

use rpcplugin::{Family, FamilyConnection, FamilyOptions, FamilySocket};
use tokio::net::TcpStream;

use crate::python::{LinePeer, Python};

/// The options of a Python program that speaks this family.
fn frame_options<F: Family>() -> Vec<&'static str> {
    let header = match (F::HEADER_BYTES, F::HEADER_BIG_ENDIAN) {
        (1, _) => "B",
        (2, true) => "H",
        (2, false) => "<H",
        (4, true) => "I",
        other => panic!("the programs have no header {other:?}"),
    };
    let mut options = vec!["--header", header];
    options.extend((F::CHECKSUM_BYTES > 0).then_some("--checksum"));
    options
}

/// The Python server, and the port at which it listens. It is killed when the first of them is dropped.
async fn python_server<F: Family>(python: &Python, more: &[&str]) -> (LinePeer, u16) {
    let mut command = python.command("family_server.py");
    command.args(frame_options::<F>()).args(more);
    let mut server = LinePeer::start(command);
    let line = server.line().await;
    let port = line.strip_prefix("listening ").unwrap_or_else(|| panic!("the server says {line}"));
    (server, port.parse().unwrap())
}

async fn connection<F: Family>(port: u16, options: FamilyOptions) -> FamilyConnection<F, TcpStream> {
    FamilyConnection::connect_tcp((Ipv4Addr::LOCALHOST, port), options).await.unwrap()
}

async fn socket<F: Family>(port: u16, options: FamilyOptions) -> FamilySocket<F> {
    let socket = FamilySocket::bind((Ipv4Addr::LOCALHOST, 0), options).await.unwrap();
    socket.connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    socket
}

/// The tests of each frame.
macro_rules! frames {
    ($($frame:ident: $family:ident)*) => {$(
        mod $frame {
            use super::messages::$family;
            use super::{our_client, our_server};

            #[tokio::test]
            async fn our_server_over_tcp() {
                our_server::over_tcp::<$family>().await;
            }

            #[tokio::test]
            async fn our_server_over_udp() {
                our_server::over_udp::<$family>().await;
            }

            #[tokio::test]
            async fn our_client_over_tcp() {
                our_client::over_tcp::<$family>().await;
            }

            #[tokio::test]
            async fn our_client_over_udp() {
                our_client::over_udp::<$family>().await;
            }
        }
    )*};
}

frames! {
    of_one_byte: OneByte
    of_two_bytes: TwoBytes
    of_four_bytes: FourBytes
    of_two_bytes_little_endian: LittleEndian
    of_one_byte_with_a_checksum: OneByteChecked
    of_two_bytes_with_a_checksum: TwoBytesChecked
    of_four_bytes_with_a_checksum: FourBytesChecked
    of_two_bytes_little_endian_with_a_checksum: LittleEndianChecked
}
