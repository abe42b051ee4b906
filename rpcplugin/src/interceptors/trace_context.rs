use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::call::{Context, Metadata};
use crate::contract::Status;
use crate::limits::{TRACE_STATE_BYTES_MAX, TRACE_STATE_MEMBERS_MAX};

/// The place of a call in a trace, as W3C's [Trace Context](https://www.w3.org/TR/trace-context/) writes it.
///
/// [`Tracing`](super::Tracing) reads it from the metadata `traceparent` and `tracestate` of a call, leaves it in the call's
/// context for the handler, and sends it with the calls that the handler makes.
/// Its [`Display`](fmt::Display) is the value of `traceparent`.
///
/// # Examples
///
/// A host that has a trace already, from a request that it answers, puts its calls into it:
///
/// ```
/// use rpcplugin::interceptors::TraceContext;
/// use rpcplugin::{CallOptions, Context};
///
/// let trace: TraceContext = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse()?;
/// assert!(trace.is_sampled());
///
/// let context = Context::new();
/// context.insert(trace);
/// let options = CallOptions::new().context(&context);
/// # let _ = options;
/// # Ok::<(), rpcplugin::interceptors::TraceContextError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: [u8; 16],
    span_id: [u8; 8],
    flags: u8,
    /// `None` is empty: most traces have no state.
    state: Option<Arc<str>>,
}

/// Why a text is no `traceparent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TraceContextError {
    /// The text does not have the form that W3C gives it.
    #[error(
        "a traceparent is `00-{{32 digits}}-{{16 digits}}-{{2 digits}}`, the digits 0-9 and a-f; write it so"
    )]
    Form,
    /// The version is `ff`, which W3C forbids.
    #[error("the version `ff` of a traceparent is forbidden; write version `00`")]
    Version,
    /// The identity of the trace or of the span is zero, which says that there is none.
    #[error("a traceparent whose ids are zero names no trace; give both ids a digit that is not 0")]
    Zero,
}

/// Whoever called may have recorded the call.
const SAMPLED: u8 = 1;

/// The identity of the trace was drawn at random.
const RANDOM: u8 = 2;

/// The bytes of a `traceparent` in version 00, and the least of any later one.
const TRACEPARENT_BYTES: usize = 55;

pub(super) const TRACEPARENT: &str = "traceparent";
pub(super) const TRACESTATE: &str = "tracestate";

impl TraceContext {
    /// The place in its trace of the call whose handler runs right now, if [`Tracing`](super::Tracing) stands before it.
    ///
    /// `None` where [`Context::current`] is none, as well.
    #[must_use]
    pub fn current() -> Option<Self> {
        Context::current()?.get()
    }

    /// This place with what `tracestate` says beside it: text of other systems that is passed on as it is.
    ///
    /// At most 32 members and 512 bytes of it are kept, whole members, the first ones. Text that is no list of `key=value`,
    /// or has more members, is left out.
    #[must_use]
    pub fn with_trace_state(mut self, state: &str) -> Self {
        self.state = bounded_state([state].into_iter());
        self
    }

    /// The identity of the trace, the same for every call in it.
    #[must_use]
    pub const fn trace_id(&self) -> [u8; 16] {
        self.trace_id
    }

    /// The identity of this one call, or of what else stands at this place.
    #[must_use]
    pub const fn span_id(&self) -> [u8; 8] {
        self.span_id
    }

    /// Whether the one who made it may have recorded it. Passed on as it is.
    #[must_use]
    pub const fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }

    /// What `tracestate` says; may be empty.
    #[must_use]
    pub fn trace_state(&self) -> &str {
        self.state.as_deref().unwrap_or_default()
    }

    /// The first place of a new trace. `None` if the system has no randomness.
    pub(super) fn begin() -> Option<Self> {
        Some(Self { trace_id: random()?, span_id: random()?, flags: RANDOM, state: None })
    }

    /// A place below this one.
    pub(super) fn child(&self) -> Option<Self> {
        Some(Self { span_id: random()?, ..self.clone() })
    }

    pub(super) const fn sampled(mut self) -> Self {
        self.flags |= SAMPLED;
        self
    }

    /// What a call carries. What is no `traceparent`, or there twice, is none: the trace begins anew.
    pub(super) fn read(metadata: &Metadata) -> Option<Self> {
        let mut parents = metadata.get_all(TRACEPARENT);
        let (Some(parent), None) = (parents.next(), parents.next()) else { return None };
        let read: Self = parent.parse().ok()?;
        Some(Self { state: bounded_state(metadata.get_all(TRACESTATE)), ..read })
    }

    /// Lets a call carry it, in the place of what it carried.
    pub(super) fn write(&self, metadata: &mut Metadata) -> Result<(), Status> {
        metadata.insert(TRACEPARENT, &self.to_string())?;
        match &self.state {
            Some(state) => metadata.insert(TRACESTATE, state)?,
            None => drop(metadata.remove(TRACESTATE)),
        }
        Ok(())
    }

    pub(super) const fn trace_id_hex(&self) -> Hex<'_> {
        Hex(&self.trace_id)
    }

    pub(super) const fn span_id_hex(&self) -> Hex<'_> {
        Hex(&self.span_id)
    }
}

impl FromStr for TraceContext {
    type Err = TraceContextError;

    /// Reads the value of `traceparent`: of version 00, and of a later version what version 00 knows of it.
    fn from_str(text: &str) -> Result<Self, TraceContextError> {
        let (head, rest) =
            text.as_bytes().split_at_checked(TRACEPARENT_BYTES).ok_or(TraceContextError::Form)?;
        let mut parts = head.split(|byte| *byte == b'-');
        let [version] = digits(parts.next())?;
        let (trace_id, span_id) = (digits(parts.next())?, digits(parts.next())?);
        let [flags] = digits(parts.next())?;
        match (version, rest.first()) {
            (0xff, _) => return Err(TraceContextError::Version),
            (_, None) | (1.., Some(b'-')) => {}
            _ => return Err(TraceContextError::Form),
        }
        if trace_id == [0; 16] || span_id == [0; 8] {
            return Err(TraceContextError::Zero);
        }
        // A flag that we do not know says something about whoever set it, not about us.
        Ok(Self { trace_id, span_id, flags: flags & (SAMPLED | RANDOM), state: None })
    }
}

impl fmt::Display for TraceContext {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "00-{}-{}-{:02x}", Hex(&self.trace_id), Hex(&self.span_id), self.flags)
    }
}

/// Bytes as digits.
pub(super) struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// Bytes of digits, exactly as many as there is room for.
fn digits<const N: usize>(text: Option<&[u8]>) -> Result<[u8; N], TraceContextError> {
    let (pairs, []) = text.ok_or(TraceContextError::Form)?.as_chunks::<2>() else {
        return Err(TraceContextError::Form);
    };
    let mut bytes = [0; N];
    if pairs.len() != N {
        return Err(TraceContextError::Form);
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = (digit(*high)? << 4) | digit(*low)?;
    }
    Ok(bytes)
}

/// A digit, in lower case only.
const fn digit(character: u8) -> Result<u8, TraceContextError> {
    match character {
        b'0'..=b'9' => Ok(character - b'0'),
        b'a'..=b'f' => Ok(character - b'a' + 10),
        _ => Err(TraceContextError::Form),
    }
}

/// The members of a `tracestate` that are passed on: several headers are one list.
fn bounded_state<'a>(headers: impl Iterator<Item = &'a str>) -> Option<Arc<str>> {
    let members = headers.flat_map(|header| header.split(',')).map(|member| member.trim_matches([' ', '\t']));
    let mut kept = String::new();
    let mut is_full = false;
    for (position, member) in members.filter(|member| !member.is_empty()).enumerate() {
        if position >= TRACE_STATE_MEMBERS_MAX || !is_member(member) {
            return None;
        }
        // The first members are the latest, so the last ones are what can be missed.
        is_full |= kept.len() + 1 + member.len() > TRACE_STATE_BYTES_MAX;
        if !is_full {
            if !kept.is_empty() {
                kept.push(',');
            }
            kept.push_str(member);
        }
    }
    (!kept.is_empty()).then(|| kept.into())
}

/// `key=value`, of printable ASCII: what the key may be is its system's to judge.
fn is_member(member: &str) -> bool {
    let is_text = |text: &str| !text.is_empty() && text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    member.split_once('=').is_some_and(|(key, value)| is_text(key) && is_text(value) && !value.contains('='))
}

/// Random bytes that are not all zero.
fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).ok()?;
    (bytes != [0; N]).then_some(bytes)
}
