use std::error::Error;
use std::fmt;
use std::sync::Arc;

use super::Detail;
use crate::message::{DecodeError, Message};

/// How a call ended, in the seventeen words of gRPC. The numbers are gRPC's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// The call succeeded. A [`Status`] that a handler returns as an error should not carry it.
    Ok = 0,
    /// The caller gave the call up.
    Cancelled = 1,
    /// Nothing better is known.
    Unknown = 2,
    /// The request is wrong whatever the state of the plugin is.
    InvalidArgument = 3,
    /// The deadline passed before the answer was there.
    DeadlineExceeded = 4,
    /// What was asked for does not exist.
    NotFound = 5,
    /// What was to be created exists.
    AlreadyExists = 6,
    /// The caller is known and may not do this.
    PermissionDenied = 7,
    /// A limit was reached: a size, a rate, a quota.
    ResourceExhausted = 8,
    /// The plugin is not in the state that the call needs.
    FailedPrecondition = 9,
    /// The call lost a race and may be tried again from its beginning.
    Aborted = 10,
    /// The request reaches past the end of something.
    OutOfRange = 11,
    /// The plugin does not have this method.
    Unimplemented = 12,
    /// Something that must hold does not: a bug, or bytes that are no message.
    Internal = 13,
    /// The plugin cannot be reached now; the call may be tried again.
    Unavailable = 14,
    /// Data was lost.
    DataLoss = 15,
    /// The caller is not known.
    Unauthenticated = 16,
}

impl Code {
    /// gRPC's name of the code, such as `NOT_FOUND`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Cancelled => "CANCELLED",
            Self::Unknown => "UNKNOWN",
            Self::InvalidArgument => "INVALID_ARGUMENT",
            Self::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Self::NotFound => "NOT_FOUND",
            Self::AlreadyExists => "ALREADY_EXISTS",
            Self::PermissionDenied => "PERMISSION_DENIED",
            Self::ResourceExhausted => "RESOURCE_EXHAUSTED",
            Self::FailedPrecondition => "FAILED_PRECONDITION",
            Self::Aborted => "ABORTED",
            Self::OutOfRange => "OUT_OF_RANGE",
            Self::Unimplemented => "UNIMPLEMENTED",
            Self::Internal => "INTERNAL",
            Self::Unavailable => "UNAVAILABLE",
            Self::DataLoss => "DATA_LOSS",
            Self::Unauthenticated => "UNAUTHENTICATED",
        }
    }
}

impl Code {
    const ALL: [Self; 17] = [
        Self::Ok,
        Self::Cancelled,
        Self::Unknown,
        Self::InvalidArgument,
        Self::DeadlineExceeded,
        Self::NotFound,
        Self::AlreadyExists,
        Self::PermissionDenied,
        Self::ResourceExhausted,
        Self::FailedPrecondition,
        Self::Aborted,
        Self::OutOfRange,
        Self::Unimplemented,
        Self::Internal,
        Self::Unavailable,
        Self::DataLoss,
        Self::Unauthenticated,
    ];

    /// gRPC's number of the code.
    #[must_use]
    #[expect(clippy::as_conversions, reason = "the discriminants are the numbers")]
    pub const fn number(self) -> i32 {
        self as i32
    }

    /// The code with this number; [`Code::Unknown`] for a number that gRPC does not define.
    #[must_use]
    pub fn from_number(number: i32) -> Self {
        Self::ALL.into_iter().find(|code| code.number() == number).unwrap_or(Self::Unknown)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Why a call failed: a code for the program, a sentence for the person, and details where the program needs more.
///
/// It crosses the wire in headers, and headers have a limit: of the sentence 2 KiB, of sentence and details together 2304
/// bytes. A longer sentence is cut, and then ends with `...`. Details that are too long are left out, and the sentence says so.
/// What it was made from ([`Status::with_source`]) stays on the side where it was made.
///
/// # Examples
///
/// ```
/// use rpcplugin::{Code, Status};
///
/// let status = Status::not_found("no key `alpha`; put it first");
/// assert_eq!(status.code(), Code::NotFound);
/// assert_eq!(status.to_string(), "NOT_FOUND: no key `alpha`; put it first");
/// ```
#[derive(Clone)]
pub struct Status {
    code: Code,
    message: String,
    more: Option<Arc<More>>,
}

/// What few statuses have.
#[derive(Clone, Default)]
struct More {
    details: Vec<Detail>,
    source: Option<Arc<dyn Error + Send + Sync>>,
    lost: Option<Lost>,
}

/// Where a call was when its connection was lost.
#[cfg_attr(not(feature = "client"), allow(dead_code, reason = "who makes no calls loses none"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// It was not sent.
    NotSent,
    /// It was not sent, and the connection is still there: the other side takes no more calls on it.
    Refused,
    /// Nobody knows how far it came.
    UnderWay,
}

macro_rules! constructors {
    ($($name:ident => $code:ident),* $(,)?) => {
        $(
            #[doc = concat!("A status with [`Code::", stringify!($code), "`].")]
            #[must_use]
            pub fn $name(message: impl Into<String>) -> Self {
                Self::new(Code::$code, message)
            }
        )*
    };
}

impl Status {
    /// A status with a code and a sentence that says what to do.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), more: None }
    }

    constructors! {
        cancelled => Cancelled,
        unknown => Unknown,
        invalid_argument => InvalidArgument,
        deadline_exceeded => DeadlineExceeded,
        not_found => NotFound,
        already_exists => AlreadyExists,
        permission_denied => PermissionDenied,
        resource_exhausted => ResourceExhausted,
        failed_precondition => FailedPrecondition,
        aborted => Aborted,
        out_of_range => OutOfRange,
        unimplemented => Unimplemented,
        internal => Internal,
        unavailable => Unavailable,
        data_loss => DataLoss,
        unauthenticated => Unauthenticated,
    }

    /// Keeps the error that led to this status, for [`Error::source`]. It does not cross the wire.
    #[must_use]
    pub fn with_source(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.more_mut().source = Some(Arc::new(source));
        self
    }

    /// Adds a message for the caller's program. It crosses the wire. See [`Detail`] for an example.
    #[must_use]
    pub fn with_detail(mut self, detail: Detail) -> Self {
        self.more_mut().details.push(detail);
        self
    }

    /// The same without the details of this type.
    pub(super) fn without_details(mut self, type_name: &str) -> Self {
        if self.details().iter().any(|detail| detail.type_name() == type_name) {
            self.more_mut().details.retain(|detail| detail.type_name() != type_name);
        }
        self
    }

    /// The messages for the caller's program, in order.
    #[must_use]
    pub fn details(&self) -> &[Detail] {
        self.more.as_ref().map_or(&[], |more| &more.details)
    }

    /// The first detail whose type has this full name, such as `google.rpc.ErrorInfo`.
    #[must_use]
    pub fn detail<T: Message>(&self, type_name: &str) -> Option<Result<T, DecodeError>> {
        self.details().iter().find(|detail| detail.type_name() == type_name).map(Detail::decode)
    }

    /// A status with [`Code::Unavailable`]: the connection is lost.
    #[cfg(feature = "client")]
    pub(crate) fn lost(lost: Lost, message: impl Into<String>) -> Self {
        let mut status = Self::unavailable(message);
        status.more_mut().lost = Some(lost);
        status
    }

    /// Where the call was, if it was the loss of its connection that ended it. It does not cross the wire.
    pub(crate) fn as_lost(&self) -> Option<Lost> {
        self.more.as_ref().and_then(|more| more.lost)
    }

    /// The same, and nobody need look further for why the connection was lost.
    pub(crate) fn settled(mut self) -> Self {
        self.more_mut().lost = None;
        self
    }

    fn more_mut(&mut self) -> &mut More {
        Arc::make_mut(self.more.get_or_insert_default())
    }

    /// The code.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// The sentence; may be empty.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Status");
        debug.field("code", &self.code).field("message", &self.message);
        if !self.details().is_empty() {
            debug.field("details", &self.details());
        }
        if let Some(source) = self.source() {
            debug.field("source", &source);
        }
        debug.finish()
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message.as_str() {
            "" => write!(formatter, "{}", self.code),
            message => write!(formatter, "{}: {message}", self.code),
        }
    }
}

impl Error for Status {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source = self.more.as_ref()?.source.as_deref()?;
        Some(source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_its_number() {
        for code in Code::ALL {
            assert_eq!(Code::from_number(code.number()), code);
        }
        assert_eq!(Code::from_number(17), Code::Unknown);
        assert_eq!(Code::from_number(-1), Code::Unknown);
    }

    #[test]
    fn every_code_but_success_has_a_constructor_and_the_name_that_grpc_gives_it() {
        let named = [
            (Status::cancelled("a"), "CANCELLED"),
            (Status::unknown("a"), "UNKNOWN"),
            (Status::invalid_argument("a"), "INVALID_ARGUMENT"),
            (Status::deadline_exceeded("a"), "DEADLINE_EXCEEDED"),
            (Status::not_found("a"), "NOT_FOUND"),
            (Status::already_exists("a"), "ALREADY_EXISTS"),
            (Status::permission_denied("a"), "PERMISSION_DENIED"),
            (Status::resource_exhausted("a"), "RESOURCE_EXHAUSTED"),
            (Status::failed_precondition("a"), "FAILED_PRECONDITION"),
            (Status::aborted("a"), "ABORTED"),
            (Status::out_of_range("a"), "OUT_OF_RANGE"),
            (Status::unimplemented("a"), "UNIMPLEMENTED"),
            (Status::internal("a"), "INTERNAL"),
            (Status::unavailable("a"), "UNAVAILABLE"),
            (Status::data_loss("a"), "DATA_LOSS"),
            (Status::unauthenticated("a"), "UNAUTHENTICATED"),
        ];
        // They stand in the order of gRPC's numbers, which begin with success.
        for (number, (status, name)) in (1..).zip(&named) {
            assert_eq!(status.code().number(), number);
            assert_eq!(status.to_string(), format!("{name}: a"));
        }
        assert_eq!(named.len() + 1, Code::ALL.len());
    }

    #[test]
    fn the_source_is_kept_and_not_shown() {
        let status = Status::internal("no table").with_source(fmt::Error);
        assert_eq!(status.to_string(), "INTERNAL: no table");
        assert!(status.source().is_some());
    }
}
