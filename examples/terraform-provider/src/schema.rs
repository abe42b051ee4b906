//! What a configuration may say: the blocks of the provider, of the resource and of the data source.

use crate::tfplugin6::Schema;
use crate::tfplugin6::schema::{Attribute, Block};

/// The form in which notes are stored by Terraform. In form 0 the text was called `body`, and there were no tags.
pub(crate) const NOTE_VERSION: i64 = 1;

/// The type of the resource, and of the data source.
pub(crate) const NOTE: &str = "notebook_note";

const STRING: &str = r#""string""#;
const NUMBER: &str = r#""number""#;
const STRINGS: &str = r#"["list","string"]"#;

/// `provider "notebook" { .. }`
pub(crate) fn provider() -> Schema {
    let path = required("path", STRING, "The file with the notes. It is made with the first note.");
    schema(0, "Notes in a file.", vec![path])
}

/// `resource "notebook_note" "name" { .. }`
pub(crate) fn note() -> Schema {
    let attributes = vec![
        required("title", STRING, "What the note is found by. Another title is another note."),
        required("text", STRING, "What it says."),
        Attribute { optional: true, ..attribute("tags", STRINGS, "What it is about.") },
        computed("id", STRING, "What the notebook calls it."),
        computed("words", NUMBER, "How many words the text has."),
        computed("revision", NUMBER, "How often it was written."),
    ];
    schema(NOTE_VERSION, "A note.", attributes)
}

/// `data "notebook_note" "name" { .. }`
pub(crate) fn lookup() -> Schema {
    let attributes = vec![
        required("title", STRING, "What the note is found by."),
        computed("text", STRING, "What it says."),
        computed("tags", STRINGS, "What it is about."),
        computed("id", STRING, "What the notebook calls it."),
        computed("words", NUMBER, "How many words the text has."),
        computed("revision", NUMBER, "How often it was written."),
    ];
    schema(0, "A note that is there.", attributes)
}

fn schema(version: i64, description: &str, attributes: Vec<Attribute>) -> Schema {
    let block = Block { attributes, description: description.to_owned(), ..Block::default() };
    Schema { version, block: Some(block) }
}

fn attribute(name: &str, of_type: &str, description: &str) -> Attribute {
    Attribute {
        name: name.to_owned(),
        r#type: of_type.as_bytes().to_vec(),
        description: description.to_owned(),
        ..Attribute::default()
    }
}

fn required(name: &str, of_type: &str, description: &str) -> Attribute {
    Attribute { required: true, ..attribute(name, of_type, description) }
}

fn computed(name: &str, of_type: &str, description: &str) -> Attribute {
    Attribute { computed: true, ..attribute(name, of_type, description) }
}
