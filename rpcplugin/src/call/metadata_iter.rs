use std::{fmt, slice};

use super::metadata::{Entry, typed};
use super::{Metadata, MetadataValue};

/// The entries of [`Metadata`], in order: made by [`Metadata::iter`], and by a loop over a reference.
///
/// # Examples
///
/// ```
/// use rpcplugin::{Metadata, MetadataValue};
///
/// let mut metadata = Metadata::new();
/// metadata.append("tenant", "blue")?;
/// metadata.append_bin("proof-bin", vec![1, 2])?;
/// for (key, value) in &metadata {
///     match value {
///         MetadataValue::Ascii(text) => println!("{key} is {text}"),
///         MetadataValue::Binary(bytes) => println!("{key} has {} bytes", bytes.len()),
///     }
/// }
/// # Ok::<(), rpcplugin::MetadataError>(())
/// ```
#[derive(Clone)]
pub struct MetadataIter<'a>(slice::Iter<'a, Entry>);

impl<'a> MetadataIter<'a> {
    pub(super) fn new(entries: &'a [Entry]) -> Self {
        Self(entries.iter())
    }
}

impl<'a> Iterator for MetadataIter<'a> {
    type Item = (&'a str, MetadataValue<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.0.next()?;
        Some((&entry.key, typed(&entry.key, &entry.value)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl fmt::Debug for MetadataIter<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Values may be secret, as they are in metadata itself.
        formatter.debug_list().entries(self.clone().map(|(key, _)| key)).finish()
    }
}

impl ExactSizeIterator for MetadataIter<'_> {}

impl<'a> IntoIterator for &'a Metadata {
    type Item = (&'a str, MetadataValue<'a>);
    type IntoIter = MetadataIter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_sees_every_entry_in_order() {
        let mut metadata = Metadata::new();
        assert_eq!((&metadata).into_iter().len(), 0);
        metadata.append("b", "1").unwrap();
        metadata.append_bin("a-bin", vec![2]).unwrap();
        metadata.append("b", "3").unwrap();
        let mut seen = Vec::new();
        for entry in &metadata {
            seen.push(entry);
        }
        let expected = [
            ("b", MetadataValue::Ascii("1")),
            ("a-bin", MetadataValue::Binary(&[2])),
            ("b", MetadataValue::Ascii("3")),
        ];
        assert_eq!(seen, expected);
        assert_eq!(metadata.iter().len(), 3);
        assert_eq!(format!("{:?}", metadata.iter()), format!("{metadata:?}"));
    }
}
