use proc_macro2::{Ident, Span};
use quote::format_ident;

use super::names;

/// Which sides of a call are streams.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) streams_requests: bool,
    pub(super) streams_responses: bool,
}

impl Kind {
    pub(super) fn from_word(word: &str) -> Option<Self> {
        let (requests, responses) = word.split_once('_')?;
        let streams = |side| match side {
            "unary" => Some(false),
            "stream" => Some(true),
            _ => None,
        };
        Some(Self { streams_requests: streams(requests)?, streams_responses: streams(responses)? })
    }

    /// The word that asserts this kind.
    pub(super) fn word(self) -> &'static str {
        match (self.streams_requests, self.streams_responses) {
            (false, false) => "unary_unary",
            (false, true) => "unary_stream",
            (true, false) => "stream_unary",
            (true, true) => "stream_stream",
        }
    }

    /// The function that makes such a call.
    pub(super) fn call_function(self) -> Ident {
        Ident::new(self.word(), Span::call_site())
    }

    pub(super) fn serve_function(self, place: Span) -> Ident {
        format_ident!("serve_{}", self.word(), span = place)
    }

    pub(super) fn variant(self) -> Ident {
        Ident::new(&names::pascal_case(self.word()), Span::call_site())
    }
}
