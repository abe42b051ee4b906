use proptest::prelude::*;

use crate::call::Metadata;
use crate::interceptors::trace_context::{TRACEPARENT, TRACESTATE};
use crate::interceptors::{TraceContext, TraceContextError};
use crate::limits::{TRACE_STATE_BYTES_MAX, TRACE_STATE_MEMBERS_MAX};

const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn read(text: &str) -> Result<String, TraceContextError> {
    text.parse::<TraceContext>().map(|trace| trace.to_string())
}

#[test]
fn a_traceparent_is_read_as_w3c_says() {
    let trace: TraceContext = GOOD.parse().unwrap();
    assert_eq!(trace.trace_id()[..3], [0x4b, 0xf9, 0x2f]);
    assert_eq!(trace.span_id(), [0, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 2, 0xb7]);
    assert!(trace.is_sampled());
    // What came, and what is sent on.
    let kept = |version: &str, flags: &str, rest: &str| {
        let ids = &GOOD[2..53];
        read(&format!("{version}{ids}{flags}{rest}")).map(|text| text[53..].to_owned())
    };
    for (version, flags, rest, expected) in [
        ("00", "00", "", "00"),
        ("00", "01", "", "01"),
        ("00", "03", "", "03"),
        ("00", "ff", "", "03"),
        ("01", "01", "", "01"),
        ("cc", "09", "-what-the-future-brings", "01"),
        ("fe", "00", "-", "00"),
    ] {
        assert_eq!(kept(version, flags, rest).as_deref(), Ok(expected), "{version} {flags} {rest}");
    }
}

#[test]
fn what_is_no_traceparent_is_refused() {
    for (text, expected) in [
        ("", TraceContextError::Form),
        ("00", TraceContextError::Form),
        (&GOOD[..54], TraceContextError::Form),
        (&format!("{GOOD}-"), TraceContextError::Form),
        (&format!("{GOOD} "), TraceContextError::Form),
        (&format!(" {}", &GOOD[..54]), TraceContextError::Form),
        (&GOOD.to_uppercase(), TraceContextError::Form),
        (&GOOD.replace('-', "_"), TraceContextError::Form),
        (&GOOD.replace("-01", "-0g"), TraceContextError::Form),
        (&GOOD.replacen("00-", "0x-", 1), TraceContextError::Form),
        (&GOOD.replacen("00-", "01-", 1).replace("-01", "-01x"), TraceContextError::Form),
        (&GOOD.replacen("-4bf9", "4-bf9", 1), TraceContextError::Form),
        (&GOOD.replacen("4bf9", "4b\u{fc}", 1), TraceContextError::Form),
        (&GOOD.replacen("00-", "ff-", 1), TraceContextError::Version),
        ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", TraceContextError::Zero),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", TraceContextError::Zero),
    ] {
        assert_eq!(read(text), Err(expected), "{text}");
    }
}

#[test]
fn two_parents_are_none() {
    let mut metadata = Metadata::new();
    assert_eq!(TraceContext::read(&metadata), None);
    metadata.append(TRACEPARENT, GOOD).unwrap();
    assert!(TraceContext::read(&metadata).is_some());
    metadata.append(TRACEPARENT, GOOD).unwrap();
    assert_eq!(TraceContext::read(&metadata), None);
}

#[test]
fn state_crosses_as_one_list_and_has_a_bound() {
    let mut metadata = Metadata::new();
    metadata.insert(TRACEPARENT, GOOD).unwrap();
    metadata.append(TRACESTATE, "a=1, b@c=2 ,").unwrap();
    metadata.append(TRACESTATE, "d=3").unwrap();
    let trace = TraceContext::read(&metadata).unwrap();
    assert_eq!(trace.trace_state(), "a=1,b@c=2,d=3");
    trace.write(&mut metadata).unwrap();
    assert_eq!(metadata.get_all(TRACESTATE).collect::<Vec<_>>(), ["a=1,b@c=2,d=3"]);
    assert_eq!(metadata.get(TRACEPARENT), Some(GOOD));

    let state = |text: &str| trace.clone().with_trace_state(text).trace_state().to_owned();
    for bad in ["", ",", "a", "a=", "=1", "a=b=c", "a=1,b", "a=\u{fc}"] {
        assert_eq!(state(bad), "", "{bad}");
    }
    let many = |number: usize| vec!["a=1"; number].join(",");
    assert_eq!(state(&many(TRACE_STATE_MEMBERS_MAX)), many(TRACE_STATE_MEMBERS_MAX));
    assert_eq!(state(&many(TRACE_STATE_MEMBERS_MAX + 1)), "");
    let long = format!("a={}", "x".repeat(300));
    assert_eq!(state(&format!("{long},{long},b=1")), long);
    // And nothing is left of a state that the trace does not have.
    trace.with_trace_state("").write(&mut metadata).unwrap();
    assert_eq!(metadata.get(TRACESTATE), None);
}

#[test]
fn ids_are_new_each_time_and_a_child_stays_in_its_trace() {
    let first = TraceContext::begin().unwrap();
    let child = first.child().unwrap();
    assert_ne!(first.trace_id(), TraceContext::begin().unwrap().trace_id());
    assert_eq!(child.trace_id(), first.trace_id());
    assert_ne!(child.span_id(), first.span_id());
    assert!(!child.is_sampled());
    assert_eq!(first.clone().sampled().child().unwrap().to_string()[53..], *"03");
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>(), state in any::<String>()) {
        if let Ok(trace) = text.parse::<TraceContext>() {
            prop_assert!(trace.with_trace_state(&state).trace_state().len() <= TRACE_STATE_BYTES_MAX);
        }
    }

    #[test]
    fn what_is_nearly_a_traceparent_is_read_or_refused(
        position in 0_usize..55, character in any::<char>(), rest in "(-[a-z]*)?", state in "[a-c=,é ]{0,600}",
    ) {
        let mut text: Vec<char> = GOOD.chars().collect();
        text[position] = character;
        let text: String = text.into_iter().collect::<String>() + &rest;
        if let Ok(trace) = text.parse::<TraceContext>() {
            // What was read is read again.
            prop_assert_eq!(read(&trace.to_string()), Ok(trace.to_string()));
            prop_assert!(trace.with_trace_state(&state).trace_state().len() <= TRACE_STATE_BYTES_MAX);
        }
    }
}
