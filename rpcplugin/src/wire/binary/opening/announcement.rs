use bytes::{Bytes, BytesMut};

use super::entry::Entry;
use super::print::Print;
use crate::contract::MethodSpec;
use crate::limits::{BINARY_METHODS_MAX, BINARY_PATH_BYTES_MAX, BINARY_TABLE_BYTES_MAX};

/// The methods of a plugin as it says them to every host: put together once.
#[derive(Clone, Debug)]
pub(in crate::wire::binary) struct Announcement {
    /// All entries, one behind the other.
    bytes: Bytes,
    /// Where each entry ends.
    ends: Vec<usize>,
}

/// Why methods cannot be said: a host would close the connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AnnouncementError {
    /// Too many of them.
    #[error(
        "the plugin answers {found} paths, aliases included, over the limit of {limit} on the binary wire; register fewer \
         services, or have the host use `Wire::Grpc`"
    )]
    Methods {
        /// How many paths there are.
        found: usize,
        /// The limit, as a number.
        limit: usize,
    },
    /// A path that is too long.
    #[error(
        "the path {path} has {length} bytes, over the limit of {limit} on the binary wire; give the method or its service a \
         shorter name"
    )]
    Path {
        /// The path, quoted.
        path: String,
        /// Its length in bytes.
        length: usize,
        /// The limit, in bytes.
        limit: usize,
    },
    /// Too much of all together.
    #[error(
        "the names and layouts of the plugin's methods take {found} bytes, over the limit of {limit} on the binary wire; \
         register fewer services, or have the host use `Wire::Grpc`"
    )]
    Bytes {
        /// What they take.
        found: usize,
        /// The limit, in bytes.
        limit: usize,
    },
}

impl Announcement {
    /// Of the paths in the order in which their methods are numbered.
    pub(in crate::wire::binary) fn new<'a>(
        routes: impl IntoIterator<Item = (&'a str, &'a MethodSpec)>,
    ) -> Result<Self, AnnouncementError> {
        let (mut bytes, mut ends) = (BytesMut::new(), Vec::new());
        for (path, spec) in routes {
            if path.len() > BINARY_PATH_BYTES_MAX {
                let (length, limit) = (path.len(), BINARY_PATH_BYTES_MAX);
                return Err(AnnouncementError::Path { path: crate::quote::quote(path), length, limit });
            }
            let (request, response) = (Print::of(spec.request), Print::of(spec.response));
            let entry = Entry {
                kind: spec.kind,
                path,
                request: (request.fingerprint, &request.text),
                response: (response.fingerprint, &response.text),
            };
            entry.write(&mut bytes);
            ends.push(bytes.len());
        }
        if ends.len() > BINARY_METHODS_MAX {
            return Err(AnnouncementError::Methods { found: ends.len(), limit: BINARY_METHODS_MAX });
        }
        if bytes.len() > BINARY_TABLE_BYTES_MAX {
            return Err(AnnouncementError::Bytes { found: bytes.len(), limit: BINARY_TABLE_BYTES_MAX });
        }
        Ok(Self { bytes: bytes.freeze(), ends })
    }

    /// The payloads of METHODS frames, at least one: each as long as the host takes, but an entry is never cut.
    pub(in crate::wire::binary) fn payloads(&self, frame_bytes_max: u32) -> Vec<Bytes> {
        let most = usize::try_from(frame_bytes_max).unwrap_or(usize::MAX);
        let (mut payloads, mut start, mut end) = (Vec::new(), 0, 0);
        for next in &self.ends {
            if next - start > most && end > start {
                payloads.push(self.bytes.slice(start..end));
                start = end;
            }
            end = *next;
        }
        payloads.push(self.bytes.slice(start..end));
        payloads
    }
}
