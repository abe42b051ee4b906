//! Message families.

use rpcplugin::BinaryMessage;

#[derive(Debug, BinaryMessage)]
#[binary(endian = "big")]
pub struct Status {
    pub code: u32,
    pub text: String,
}

#[derive(Debug, BinaryMessage)]
#[binary(family)]
pub enum Telemetry {
    #[binary(id = 1)]
    Sensor { station: u16, values: [f32; 4] },
    #[binary(id = 2)]
    Status(Status),
    #[binary(id = 3)]
    Blob { name: String, data: Vec<u8> },
    #[binary(id = 4)]
    Ping,
    #[binary(not_found)]
    NotFound,
}

#[derive(Debug, BinaryMessage)]
#[binary(family, header = u8, endian = "little", checksum = rpcplugin::checksum::crc32)]
pub enum Checked {
    #[binary(id = 1)]
    Sensor { station: u16 },
    #[binary(id = 2)]
    Text { text: String },
}
