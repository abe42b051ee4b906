//! What can be called, and how can a call end?
//!
//! The table of a contract's methods ([`ServiceSpec`]) and the outcome of a call ([`Status`]).
//! Pure data: everything above reads it, nothing here knows a wire.

mod detail;
mod method_spec;
mod proto;
mod retry_after;
mod spec;
mod status;
mod version;
mod versioned_protocol;

pub use detail::Detail;
pub use method_spec::MethodSpec;
#[cfg(feature = "server")]
pub(crate) use proto::described_files;
pub use proto::descriptor_set;
#[cfg(feature = "_connected")]
pub(crate) use retry_after::Pushback;
pub use spec::{MethodKind, ServiceSpec};
#[cfg(feature = "client")]
pub(crate) use status::Lost;
pub use status::{Code, Status};
pub use version::{ContractVersion, VersionError};
pub use versioned_protocol::VersionedProtocol;
