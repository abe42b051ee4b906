use crate::limits::BINARY_LAYOUT_TEXT_BYTES_MAX;
use crate::message::MessageSchema;

/// A packed layout as two sides compare it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Print {
    /// 0 where there is nothing to compare: for a tagged message, and for one whose layout nobody knows.
    pub(super) fingerprint: u64,
    /// For people: the type's name and its layout, cut where it is long; empty without a fingerprint.
    pub(super) text: Box<str>,
}

impl Print {
    pub(super) fn of(schema: Option<&MessageSchema>) -> Self {
        let Some(schema) = schema else { return Self::default() };
        let (Some(layout), Some(fingerprint)) = (schema.canonical_layout(), schema.fingerprint()) else {
            return Self::default();
        };
        Self { fingerprint, text: cut(format!("{} {layout}", schema.name)).into() }
    }
}

/// The text, and dots where there was more.
fn cut(mut text: String) -> String {
    const MORE: &str = "...";
    if text.len() > BINARY_LAYOUT_TEXT_BYTES_MAX {
        let most = BINARY_LAYOUT_TEXT_BYTES_MAX.saturating_sub(MORE.len());
        // Names may have characters of several bytes.
        let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        text.truncate(end);
        text.push_str(MORE);
    }
    text
}

#[cfg(test)]
mod tests {
    use rpcplugin::BinaryMessage;

    use super::*;
    use crate::message::Message;

    #[test]
    fn a_packed_layout_is_compared_and_nothing_else() {
        #[derive(BinaryMessage)]
        struct Sample {
            value: u8,
        }
        #[derive(BinaryMessage)]
        struct Tagged {
            #[binary(id = 1)]
            value: u32,
        }
        #[derive(BinaryMessage)]
        struct Nothing;
        let print = Print::of(Sample::KNOWN_SCHEMA);
        // As `tests/vectors/binary_wire.json` has it.
        assert_eq!((print.fingerprint, &*print.text), (0x44c9_5d7d_3f46_d4f1, "Sample {value:u8}"));
        for schema in [Tagged::KNOWN_SCHEMA, Nothing::KNOWN_SCHEMA, <String as Message>::KNOWN_SCHEMA] {
            assert_eq!(Print::of(schema), Print { fingerprint: 0, text: "".into() });
        }
    }

    #[test]
    fn a_long_text_is_cut_between_characters_and_says_so() {
        let whole = "x".repeat(BINARY_LAYOUT_TEXT_BYTES_MAX);
        assert_eq!(cut(whole.clone()), whole);
        for character in ["x", "\u{e4}", "\u{1f600}"] {
            let text = cut(character.repeat(BINARY_LAYOUT_TEXT_BYTES_MAX + 1));
            assert_eq!(text.replace(character, ""), "...");
            assert!((1020..=1024).contains(&text.len()), "{}", text.len());
        }
    }
}
