//! The bytes of a message as a table for people.
//!
//! `section` is one message under its heading, `variants` an enum or a family, `tagged` what has ids instead of places.
//! `rows` says where each field lies, `cells` what stands in a row, `grid` aligns the columns.

mod rows;

mod section;

mod variants;

mod tagged;

mod cells;

mod grid;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::MessageSchema;
use super::walk::Walk;

impl MessageSchema {
    /// The bytes as a table: one line for each field, for a page of documentation or a review.
    ///
    /// A packed message has these columns; `-` stands where there is nothing to say.
    ///
    /// - `offset`: the field's first byte, counted from the start of the message. Behind a field whose length is not
    ///   always the same it counts from that field's end: `+4` is four bytes behind the last field of such a length.
    /// - `size`: in bytes. `4 + n` is a length of four bytes and as many bytes as it says, `4 + 2n` a count of four
    ///   bytes and items of two bytes each, `1 or 5` an `Option`, and `..` a size that follows from the value only.
    /// - `order`: the byte order of the number or of the length.
    /// - `type`, `name`, and `notes`: the documentation, then `max_len`, `since` and the like in brackets.
    ///
    /// Constant bytes (`magic`) and zeros between fields have lines of their own. A message of a fixed size is opened
    /// where it lies, and its fields are named `position.x`; any other message and every enum has a table of its own
    /// below. Where the size is always the same, `total` is the last line.
    ///
    /// An enum lists its ids, and each variant with a payload has a table that begins with the id; a family lists its
    /// messages, and each has its whole frame as a table: header, length, payload, checksum. A tagged message lists ids
    /// and types, because its fields have no place of their own.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::BinaryMessage;
    ///
    /// /// What a station sends.
    /// #[derive(BinaryMessage)]
    /// #[binary(endian = "big")]
    /// struct Reading {
    ///     station: u16,
    ///     /// In degrees.
    ///     temperature: f32,
    ///     remark: String,
    ///     valid: bool,
    /// }
    ///
    /// assert_eq!(Reading::SCHEMA.layout_table(), "\
    /// Reading: packed message
    /// What a station sends.
    ///
    /// offset  size   order  type  name         notes
    /// 0       2      big    u16   station
    /// 2       4      big    f32   temperature  In degrees.
    /// 6       4 + n  big    text  remark
    /// +0      1      -      bool  valid
    /// ");
    /// ```
    #[must_use]
    pub fn layout_table(&self) -> String {
        let mut known = BTreeSet::new();
        let mut sections = Vec::new();
        let mut walk = Walk::new(&[self]);
        while let Some(schema) = walk.next() {
            let section = section::section(schema);
            if known.insert(section.text.clone()) {
                walk.add(&section.held);
                sections.push(section.text);
            } else {
                walk.add_known(&section.held);
            }
        }
        sections.join("\n")
    }
}
