use std::collections::HashMap;
use std::collections::hash_map;

use super::entry::Entry;
use super::print::Print;
use crate::contract::{MethodKind, MethodSpec, Status};
use crate::limits::{BINARY_METHODS_MAX, BINARY_TABLE_BYTES_MAX, QUOTE_CHARACTERS_MAX};
use crate::message::MessageSchema;
use crate::quote::quote;
use crate::wire::binary::fields::Fields;
use crate::wire::binary::{TableFault, Violation};
use crate::wire::unknown;

/// The plugin's methods, as the host knows them.
#[derive(Debug, Default)]
pub(in crate::wire::binary) struct Table {
    methods: HashMap<Box<str>, Method>,
    /// Of all payloads.
    bytes: usize,
}

/// A method of the plugin.
#[derive(Debug)]
struct Method {
    number: u32,
    kind: MethodKind,
    request: Print,
    response: Print,
}

impl Table {
    /// Adds the methods of a METHODS frame.
    ///
    /// # Errors
    ///
    /// [`Violation::Table`]. The table is of no use then.
    pub(in crate::wire::binary) fn add(&mut self, payload: &[u8]) -> Result<(), Violation> {
        self.bytes = self.bytes.saturating_add(payload.len());
        if self.bytes > BINARY_TABLE_BYTES_MAX {
            let fault = TableFault::Bytes { found: self.bytes, limit: BINARY_TABLE_BYTES_MAX };
            return Err(Violation::Table { offset: 0, fault });
        }
        let mut fields = Fields::of(payload);
        while !fields.is_empty() {
            let offset = fields.offset();
            let added = Entry::read(&mut fields).and_then(|entry| self.insert(&entry));
            added.map_err(|fault| Violation::Table { offset, fault })?;
        }
        Ok(())
    }

    fn insert(&mut self, entry: &Entry<'_>) -> Result<(), TableFault> {
        let limit = BINARY_METHODS_MAX;
        let number = u32::try_from(self.methods.len()).ok().filter(|_| self.methods.len() < limit);
        let number = number.ok_or(TableFault::Methods { limit })?;
        let print = |(fingerprint, text): (u64, &str)| Print { fingerprint, text: text.into() };
        match self.methods.entry(entry.path.into()) {
            hash_map::Entry::Occupied(_) => Err(TableFault::PathTwice { path: quote(entry.path) }),
            hash_map::Entry::Vacant(place) => {
                let (request, response) = (print(entry.request), print(entry.response));
                place.insert(Method { number, kind: entry.kind, request, response });
                Ok(())
            }
        }
    }

    /// The number of the method that a row of a contract means.
    ///
    /// It writes out the layouts of a packed method anew; whoever calls often keeps the answer, which stays the same.
    ///
    /// # Errors
    ///
    /// UNIMPLEMENTED where the plugin has no such method; FAILED_PRECONDITION where it has one of another kind, or with other
    /// packed messages.
    pub(in crate::wire::binary) fn resolve(&self, spec: &MethodSpec) -> Result<u32, Status> {
        let Some(method) = self.methods.get(spec.path) else {
            return Err(unknown(spec.path, |name| self.has_service(name)));
        };
        if method.kind != spec.kind {
            return Err(Status::failed_precondition(format!(
                "`{}` is {} in this program and {} in the plugin; {SAME_VERSION}",
                spec.path, spec.kind, method.kind
            )));
        }
        let sides =
            [("request", spec.request, &method.request), ("response", spec.response, &method.response)];
        let differences: Vec<_> = sides.into_iter().filter_map(difference).collect();
        if differences.is_empty() {
            return Ok(method.number);
        }
        Err(Status::failed_precondition(format!(
            "`{}` has other messages in the plugin: {}; {SAME_VERSION}",
            spec.path,
            differences.join("; ")
        )))
    }

    fn has_service(&self, name: &str) -> bool {
        let is_below = |path: &str| {
            path.strip_prefix('/')
                .and_then(|path| path.strip_prefix(name))
                .is_some_and(|path| path.starts_with('/'))
        };
        self.methods.keys().any(|path| is_below(path))
    }
}

const SAME_VERSION: &str = "build host and plugin from one version of the contract";

/// What differs, if both sides say what they mean by a message and mean other bytes.
fn difference((side, schema, theirs): (&str, Option<&MessageSchema>, &Print)) -> Option<String> {
    if theirs.fingerprint == 0 {
        return None;
    }
    let fingerprint = schema.and_then(MessageSchema::fingerprint).unwrap_or_default();
    if fingerprint == 0 || fingerprint == theirs.fingerprint {
        return None;
    }
    let ours = Print::of(schema);
    let differ = where_they_differ(&ours.text, &theirs.text);
    Some(format!("its {side} is {} here and {} there{differ}", quote(&ours.text), quote(&theirs.text)))
}

/// The place, where it lies behind what a quote shows.
fn where_they_differ(ours: &str, theirs: &str) -> String {
    let common = ours.chars().zip(theirs.chars()).take_while(|(one, other)| one == other).count();
    if common < QUOTE_CHARACTERS_MAX {
        return String::new();
    }
    let behind = |text: &str| text.chars().skip(common).collect::<String>();
    let (ours, theirs) = (behind(ours), behind(theirs));
    if ours.is_empty() && theirs.is_empty() {
        return ", which differ behind what is written of them".to_owned();
    }
    format!(", which differ behind {common} characters: {} and {}", quote(&ours), quote(&theirs))
}
