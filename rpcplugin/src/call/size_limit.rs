use crate::contract::{MethodSpec, Status};
use crate::limits::OWN_MESSAGE_BYTES_MIN;

/// How large one message of a call may be, and who says so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SizeLimit {
    bytes: usize,
    setter: &'static str,
}

impl SizeLimit {
    /// What a connection allows, in bytes. A user's bound is for the user's messages: the services that every plugin has
    /// (`is_own`) work below it too.
    pub(crate) fn of_connection(bytes: usize, is_own: bool) -> Self {
        let bytes = if is_own { bytes.max(OWN_MESSAGE_BYTES_MIN) } else { bytes };
        Self { bytes, setter: "`message_bytes_max` on both sides" }
    }

    /// The smaller one of this and the method's.
    pub(crate) fn and(self, method: &MethodSpec) -> Self {
        match method.message_bytes_max {
            Some(bytes) if bytes < self.bytes => {
                Self { bytes, setter: "`max_len` of the method in the contract" }
            }
            _ => self,
        }
    }

    /// The length as it travels.
    ///
    /// # Errors
    ///
    /// RESOURCE_EXHAUSTED where it is over the limit.
    pub(crate) fn check(self, length: usize) -> Result<u32, Status> {
        match u32::try_from(length) {
            Ok(short) if length <= self.bytes => Ok(short),
            _ => Err(self.exceeded(length)),
        }
    }

    /// The largest message, in bytes.
    #[cfg(any(feature = "gzip", feature = "zstd"))]
    pub(crate) const fn bytes(self) -> usize {
        self.bytes
    }

    /// How the call ends of a compressed message that does not end within the limit. How long it is nobody knows.
    #[cfg(any(feature = "gzip", feature = "zstd"))]
    pub(crate) fn outgrown(self) -> Status {
        let Self { bytes, setter } = self;
        Status::resource_exhausted(format!(
            "a compressed message has more than the limit of {bytes} bytes in it; send it in pieces, or raise {setter}"
        ))
    }

    fn exceeded(self, length: usize) -> Status {
        let Self { bytes, setter } = self;
        Status::resource_exhausted(format!(
            "a message of {length} bytes is over the limit of {bytes}; send it in pieces, or raise {setter}"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::MethodKind;

    const METHOD: MethodSpec = MethodSpec::new("test.T", "M", "/test.T/M", MethodKind::UnaryUnary, "", 0);

    #[test]
    fn the_smaller_limit_holds_and_says_whose_it_is() {
        let limit = SizeLimit::of_connection(100, false);
        assert_eq!(limit.check(100).unwrap(), 100);
        assert!(limit.check(101).unwrap_err().message().contains("raise `message_bytes_max`"));
        let small = METHOD.message_bytes_max(10);
        assert!(limit.and(&small).check(11).unwrap_err().message().contains("raise `max_len`"));
        let large = METHOD.message_bytes_max(1000);
        assert!(limit.and(&large).check(101).unwrap_err().message().contains("raise `message_bytes_max`"));
    }

    #[test]
    fn the_services_of_every_plugin_work_below_a_users_limit() {
        assert!(SizeLimit::of_connection(1, true).check(OWN_MESSAGE_BYTES_MIN).is_ok());
        assert!(SizeLimit::of_connection(1, true).check(OWN_MESSAGE_BYTES_MIN + 1).is_err());
        assert!(SizeLimit::of_connection(usize::MAX, true).check(OWN_MESSAGE_BYTES_MIN + 1).is_ok());
    }
}
