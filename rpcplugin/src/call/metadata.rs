use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use super::MetadataIter;
use crate::contract::Status;
use crate::limits::{METADATA_ENTRIES_MAX, METADATA_KEY_BYTES_MAX, QUOTE_CHARACTERS_MAX};

/// Words that travel with a call beside its messages: keys with values, in order, a key any number of times.
///
/// A key is written in lower case, of letters, digits, `-`, `_` and `.`. A key that ends in `-bin` holds bytes; any other
/// holds printable ASCII. All metadata of one direction of a call must fit into 10 KiB, 32 bytes for each entry included and
/// bytes counted as base64. Cheap to clone; empty metadata takes no memory.
///
/// # Examples
///
/// ```
/// use rpcplugin::Metadata;
///
/// let mut metadata = Metadata::new();
/// metadata.insert("tenant", "blue")?;
/// metadata.insert_bin("trace-bin", vec![1, 2, 3])?;
/// assert_eq!(metadata.get("tenant"), Some("blue"));
/// assert_eq!(metadata.get_bin("trace-bin"), Some(&[1, 2, 3][..]));
/// # Ok::<(), rpcplugin::MetadataError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    // `None` is empty: most calls carry nothing.
    entries: Option<Arc<Vec<Entry>>>,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: Box<str>,
    /// Of a key without `-bin`, printable ASCII.
    pub(super) value: Bytes,
}

/// The value of an entry of [`Metadata`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the wire knows these two and no third")]
pub enum MetadataValue<'a> {
    /// Printable ASCII.
    Ascii(&'a str),
    /// Bytes, under a key that ends in `-bin`.
    Binary(&'a [u8]),
}

/// Why an entry cannot be metadata.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MetadataError {
    /// The key is empty, too long, or has a character that a key cannot have.
    #[error("`{key}` is no key of metadata; write 1 to 256 of the characters a-z, 0-9, `-`, `_` and `.`")]
    Key {
        /// The key, cut where it is very long.
        key: String,
    },
    /// The key belongs to the wire.
    #[error("the key `{key}` belongs to the wire; choose another one, such as `x-{key}`")]
    Reserved {
        /// The key.
        key: String,
    },
    /// A value under a key without `-bin` is not printable ASCII.
    #[error(
        "the value of `{key}` has a character that is not printable ASCII; put it under `{key}-bin` as bytes"
    )]
    Value {
        /// The key.
        key: String,
    },
    /// A key with `-bin` was given text, or one without was given bytes.
    #[error("`{key}` takes {takes}; a key that ends in `-bin` holds bytes, any other holds text")]
    Kind {
        /// The key.
        key: String,
        /// What the key takes.
        takes: &'static str,
    },
    /// There are too many entries.
    #[error("a call carries at most {limit} entries of metadata; put what belongs together into one")]
    TooMany {
        /// The limit, as a number of entries.
        limit: usize,
    },
}

/// So that a handler can write `metadata.insert(..)?`: what it wanted to send is its own mistake.
impl From<MetadataError> for Status {
    fn from(error: MetadataError) -> Self {
        Self::internal(error.to_string()).with_source(error)
    }
}

/// What marks a key whose values are bytes.
const BINARY_SUFFIX: &str = "-bin";

/// Names that HTTP/2 and gRPC use themselves.
const RESERVED: [&str; 13] = [
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

impl Metadata {
    /// Metadata without an entry.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: None }
    }

    /// Sets the text under a key, in the place of every value that it had.
    ///
    /// # Errors
    ///
    /// [`MetadataError`] where the key or the value cannot travel.
    pub fn insert(&mut self, key: &str, value: &str) -> Result<(), MetadataError> {
        check_text(key, value)?;
        self.remove(key);
        self.push(key, Bytes::copy_from_slice(value.as_bytes()))
    }

    /// Adds a text under a key, behind the values that it has.
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert).
    pub fn append(&mut self, key: &str, value: &str) -> Result<(), MetadataError> {
        check_text(key, value)?;
        self.push(key, Bytes::copy_from_slice(value.as_bytes()))
    }

    /// Sets the bytes under a key that ends in `-bin`, in the place of every value that it had.
    ///
    /// # Errors
    ///
    /// [`MetadataError`] where the key cannot travel, or does not end in `-bin`.
    pub fn insert_bin(&mut self, key: &str, value: impl Into<Bytes>) -> Result<(), MetadataError> {
        check_binary(key)?;
        self.remove(key);
        self.push(key, value.into())
    }

    /// Adds bytes under a key that ends in `-bin`, behind the values that it has.
    ///
    /// # Errors
    ///
    /// As [`insert_bin`](Self::insert_bin).
    pub fn append_bin(&mut self, key: &str, value: impl Into<Bytes>) -> Result<(), MetadataError> {
        check_binary(key)?;
        self.push(key, value.into())
    }

    /// The first text under a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter().find_map(|(found, value)| match value {
            MetadataValue::Ascii(text) if found == key => Some(text),
            _ => None,
        })
    }

    /// Every text under a key, in order.
    pub fn get_all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.values(key).filter_map(|value| match value {
            MetadataValue::Ascii(text) => Some(text),
            MetadataValue::Binary(_) => None,
        })
    }

    /// The first bytes under a key that ends in `-bin`.
    #[must_use]
    pub fn get_bin(&self, key: &str) -> Option<&[u8]> {
        self.iter().find_map(|(found, value)| match value {
            MetadataValue::Binary(bytes) if found == key => Some(bytes),
            _ => None,
        })
    }

    /// Every value under a key that ends in `-bin`, in order.
    pub fn get_all_bin<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.values(key).filter_map(|value| match value {
            MetadataValue::Binary(bytes) => Some(bytes),
            MetadataValue::Ascii(_) => None,
        })
    }

    /// Removes every value under a key, and says whether there was one.
    pub fn remove(&mut self, key: &str) -> bool {
        let before = self.len();
        if self.values(key).next().is_some()
            && let Some(entries) = &mut self.entries
        {
            Arc::make_mut(entries).retain(|entry| &*entry.key != key);
        }
        self.len() != before
    }

    /// Every entry, in order.
    #[must_use]
    pub fn iter(&self) -> MetadataIter<'_> {
        MetadataIter::new(self.entries.as_ref().map_or(&[], |entries| entries))
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.as_ref().map_or(0, |entries| entries.len())
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds the entries of other metadata behind these.
    ///
    /// # Errors
    ///
    /// [`MetadataError::TooMany`] where both together are more than a call carries.
    pub fn extend(&mut self, other: &Self) -> Result<(), MetadataError> {
        if self.is_empty() {
            self.entries.clone_from(&other.entries);
            return Ok(());
        }
        for (key, value) in other.raw() {
            self.push(key, value.clone())?;
        }
        Ok(())
    }

    fn values<'a>(&'a self, key: &'a str) -> impl Iterator<Item = MetadataValue<'a>> {
        self.iter().filter(move |(found, _)| *found == key).map(|(_, value)| value)
    }

    fn raw(&self) -> impl Iterator<Item = (&str, &Bytes)> {
        self.entries.iter().flat_map(|entries| entries.iter()).map(|entry| (&*entry.key, &entry.value))
    }

    /// Adds an entry that was checked, or that came over a wire and means what it says.
    fn push(&mut self, key: &str, value: Bytes) -> Result<(), MetadataError> {
        let entries = Arc::make_mut(self.entries.get_or_insert_default());
        if entries.len() >= METADATA_ENTRIES_MAX {
            return Err(MetadataError::TooMany { limit: METADATA_ENTRIES_MAX });
        }
        entries.push(Entry { key: key.into(), value });
        Ok(())
    }
}

/// Whether values under this key are bytes.
fn is_binary(key: &str) -> bool {
    key.ends_with(BINARY_SUFFIX)
}

pub(super) fn typed<'a>(key: &str, value: &'a Bytes) -> MetadataValue<'a> {
    if is_binary(key) {
        return MetadataValue::Binary(value);
    }
    // Every way in has checked this.
    std::str::from_utf8(value).map_or(MetadataValue::Ascii(""), MetadataValue::Ascii)
}

fn check_key(key: &str) -> Result<(), MetadataError> {
    let is_character = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.');
    if key.is_empty() || key.len() > METADATA_KEY_BYTES_MAX || !key.bytes().all(is_character) {
        return Err(MetadataError::Key { key: key.chars().take(QUOTE_CHARACTERS_MAX).collect() });
    }
    if is_reserved(key) {
        return Err(MetadataError::Reserved { key: key.to_owned() });
    }
    Ok(())
}

/// Whether HTTP/2 or gRPC says something of its own under this key.
pub(crate) fn is_reserved(key: &str) -> bool {
    key.starts_with("grpc-") || RESERVED.contains(&key)
}

fn check_text(key: &str, value: &str) -> Result<(), MetadataError> {
    check_key(key)?;
    if is_binary(key) {
        return Err(MetadataError::Kind { key: key.to_owned(), takes: "bytes" });
    }
    if !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(MetadataError::Value { key: key.to_owned() });
    }
    Ok(())
}

fn check_binary(key: &str) -> Result<(), MetadataError> {
    check_key(key)?;
    if !is_binary(key) {
        return Err(MetadataError::Kind { key: key.to_owned(), takes: "text" });
    }
    Ok(())
}

impl fmt::Debug for Metadata {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Values may be secret: a token travels here.
        formatter.debug_list().entries(self.raw().map(|(key, _)| key)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_holds_any_number_of_values_in_order() {
        let mut metadata = Metadata::new();
        metadata.append("a", "1").unwrap();
        metadata.append("b", "2").unwrap();
        metadata.append("a", "3").unwrap();
        assert_eq!(metadata.get_all("a").collect::<Vec<_>>(), ["1", "3"]);
        metadata.insert("a", "4").unwrap();
        assert_eq!(metadata.get_all("a").collect::<Vec<_>>(), ["4"]);
        assert!(metadata.remove("a"));
        assert!(!metadata.remove("a"));
        assert_eq!(metadata.len(), 1);
    }

    #[test]
    fn what_cannot_travel_is_refused_with_its_reason() {
        let mut metadata = Metadata::new();
        for key in ["", "Upper", "sp ace", "gr\u{fc}n", ":path", &"a".repeat(257)] {
            assert!(matches!(metadata.insert(key, ""), Err(MetadataError::Key { .. })), "{key}");
        }
        for key in ["grpc-timeout", "te", "content-type", "grpc-anything-bin"] {
            assert!(matches!(metadata.append(key, "1"), Err(MetadataError::Reserved { .. })), "{key}");
        }
        assert!(matches!(metadata.insert("a", "\n"), Err(MetadataError::Value { .. })));
        assert!(matches!(metadata.insert("a-bin", "text"), Err(MetadataError::Kind { .. })));
        assert!(matches!(metadata.insert_bin("a", vec![1]), Err(MetadataError::Kind { .. })));
        assert!(metadata.is_empty());
    }

    #[test]
    fn a_clone_is_its_own() {
        let mut metadata = Metadata::new();
        metadata.insert("a", "1").unwrap();
        let mut other = metadata.clone();
        other.insert("a", "2").unwrap();
        assert_eq!(metadata.get("a"), Some("1"));
        metadata.extend(&other).unwrap();
        assert_eq!(metadata.get_all("a").collect::<Vec<_>>(), ["1", "2"]);
    }

    #[test]
    fn the_number_of_entries_is_bounded() {
        let mut metadata = Metadata::new();
        for _ in 0..METADATA_ENTRIES_MAX {
            metadata.append("a", "").unwrap();
        }
        let refused = metadata.append("a", "");
        assert_eq!(refused, Err(MetadataError::TooMany { limit: METADATA_ENTRIES_MAX }));
    }

    #[test]
    fn values_are_not_shown() {
        let mut metadata = Metadata::new();
        metadata.insert("authorization", "Bearer secret").unwrap();
        assert_eq!(format!("{metadata:?}"), "[\"authorization\"]");
    }
}
