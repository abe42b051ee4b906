//! When a call may be tried again: `google.rpc.RetryInfo`.

use std::time::Duration;

use prost::Message as _;

use super::{Detail, Status};

const RETRY_INFO: &str = "google.rpc.RetryInfo";

/// `google.rpc.RetryInfo`.
#[derive(Clone, PartialEq, prost::Message)]
struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    retry_delay: Option<ProtoDuration>,
}

/// `google.protobuf.Duration`.
#[derive(Clone, PartialEq, prost::Message)]
struct ProtoDuration {
    #[prost(int64, tag = "1")]
    seconds: i64,
    #[prost(int32, tag = "2")]
    nanos: i32,
}

/// What a status says of another try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "_connected"), allow(dead_code, reason = "nobody tries again without a connection"))]
pub(crate) enum Pushback {
    /// Not before so much time has gone.
    After(Duration),
    /// There shall be none.
    Never,
}

impl Status {
    /// Tells the caller to try again after this time, and not before. It crosses the wire, as a `google.rpc.RetryInfo`, in the
    /// place of one that is there.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use rpcplugin::Status;
    ///
    /// let status = Status::unavailable("the index is built anew").with_retry_after(Duration::from_secs(2));
    /// assert_eq!(status.retry_after(), Some(Duration::from_secs(2)));
    /// ```
    #[must_use]
    pub fn with_retry_after(self, delay: Duration) -> Self {
        let seconds = i64::try_from(delay.as_secs()).unwrap_or(i64::MAX);
        let nanos = i32::try_from(delay.subsec_nanos()).unwrap_or_default();
        self.without_details(RETRY_INFO).with_detail(retry_info(ProtoDuration { seconds, nanos }))
    }

    /// After what time the call may be tried again, if the other side says so.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self.pushback()? {
            Pushback::After(delay) => Some(delay),
            Pushback::Never => None,
        }
    }

    /// The same, or that it shall not be tried again: a negative time.
    #[cfg_attr(
        not(feature = "_connected"),
        allow(dead_code, reason = "nobody tries again without a connection")
    )]
    pub(crate) fn pushback(&self) -> Option<Pushback> {
        let detail = self.details().iter().find(|detail| detail.type_name() == RETRY_INFO)?;
        let ProtoDuration { seconds, nanos } = RetryInfo::decode(detail.bytes().clone()).ok()?.retry_delay?;
        Some(match (u64::try_from(seconds), u32::try_from(nanos)) {
            (Ok(seconds), Ok(nanos)) => Pushback::After(
                Duration::from_secs(seconds).saturating_add(Duration::from_nanos(nanos.into())),
            ),
            _ => Pushback::Never,
        })
    }

    /// What gRPC says of another try in metadata of its own.
    #[cfg(feature = "client")]
    pub(crate) fn with_pushback(self, pushback: Pushback) -> Self {
        match pushback {
            Pushback::After(delay) => self.with_retry_after(delay),
            Pushback::Never => self
                .without_details(RETRY_INFO)
                .with_detail(retry_info(ProtoDuration { seconds: -1, nanos: 0 })),
        }
    }
}

fn retry_info(delay: ProtoDuration) -> Detail {
    let info = RetryInfo { retry_delay: Some(delay) };
    Detail::from_parts(format!("type.googleapis.com/{RETRY_INFO}"), info.encode_to_vec().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_are_those_of_googles_message() {
        let status = Status::unavailable("busy").with_retry_after(Duration::from_millis(2500));
        let detail = &status.details()[0];
        assert_eq!(detail.type_url(), "type.googleapis.com/google.rpc.RetryInfo");
        // Field 1, six bytes: field 1 is 2, field 2 is 500000000.
        assert_eq!(detail.bytes().as_ref(), [10, 8, 8, 2, 16, 128, 202, 181, 238, 1]);
        assert_eq!(status.retry_after(), Some(Duration::from_millis(2500)));
    }

    #[test]
    fn what_is_said_last_counts_and_other_details_stay() {
        let other = Detail::from_parts("type.googleapis.com/test.Other".to_owned(), bytes::Bytes::new());
        let status = Status::unavailable("busy").with_retry_after(Duration::from_secs(1)).with_detail(other);
        let status = status.with_retry_after(Duration::from_secs(2));
        assert_eq!(status.retry_after(), Some(Duration::from_secs(2)));
        let names: Vec<_> = status.details().iter().map(Detail::type_name).collect();
        assert_eq!(names, ["test.Other", RETRY_INFO]);
    }

    #[test]
    fn a_status_without_it_or_with_a_spoiled_one_says_nothing() {
        assert_eq!(Status::unavailable("busy").pushback(), None);
        let url = "type.googleapis.com/google.rpc.RetryInfo".to_owned();
        let spoiled = Detail::from_parts(url.clone(), bytes::Bytes::from_static(b"\xff"));
        assert_eq!(Status::unavailable("busy").with_detail(spoiled).pushback(), None);
        let empty = Detail::from_parts(url, bytes::Bytes::new());
        assert_eq!(Status::unavailable("busy").with_detail(empty).pushback(), None);
    }

    #[test]
    fn a_negative_time_is_a_no() {
        for delay in [ProtoDuration { seconds: -1, nanos: 0 }, ProtoDuration { seconds: 0, nanos: -1 }] {
            let status = Status::unavailable("busy").with_detail(retry_info(delay));
            assert_eq!((status.pushback(), status.retry_after()), (Some(Pushback::Never), None));
        }
        assert_eq!(
            Status::unavailable("busy").with_retry_after(Duration::MAX).retry_after().unwrap().as_secs(),
            i64::MAX.unsigned_abs()
        );
    }
}
