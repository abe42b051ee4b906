//! The data source: a note that somebody else manages.

use serde::{Deserialize, Serialize};

use crate::dynamic::Value;
use crate::note::{self, Note};
use crate::notebook::Notebook;
use crate::tfplugin6::{AttributePath, Diagnostic};

/// The block of the data source. What is read has the attributes of the resource.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Lookup {
    title: Value<String>,
}

/// Reads the note with this title.
pub(crate) async fn read(notebook: &Notebook, lookup: &Value<Lookup>) -> Result<Note, Diagnostic> {
    let title = lookup.known().and_then(|lookup| lookup.title.known()).map_or("", String::as_str);
    match note::find_titled(notebook, title).await {
        Ok(Some(note)) => Ok(note),
        Ok(None) => {
            let detail = format!("No note has the title `{title}`. Write one, or correct the title.");
            Err(Diagnostic::failure("There is no such note", detail).at(AttributePath::of("title")))
        }
        Err(error) => Err(Diagnostic::failure("The notebook cannot be read", error)),
    }
}
