//! The resource: a note that Terraform manages.

use serde::{Deserialize, Serialize};

use crate::dynamic::Value;
use crate::notebook::{Notebook, NotebookError, Page, Pages};
use crate::tfplugin6::{AttributePath, Diagnostic, RawState};

/// The block of the resource, in a configuration, a plan or a state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Note {
    pub(crate) title: Value<String>,
    pub(crate) text: Value<String>,
    pub(crate) tags: Value<Vec<Value<String>>>,
    pub(crate) id: Value<String>,
    pub(crate) words: Value<u64>,
    pub(crate) revision: Value<u64>,
}

/// The same as release 0 stored it.
#[derive(Deserialize)]
struct OldNote {
    #[serde(default)]
    title: Value<String>,
    #[serde(default)]
    body: Value<String>,
    #[serde(default)]
    id: Value<String>,
}

/// What a change will lead to.
#[derive(Debug, PartialEq)]
pub(crate) struct Plan {
    pub(crate) planned: Value<Note>,
    /// What cannot be changed.
    pub(crate) replace: Vec<AttributePath>,
}

impl Note {
    /// A note of the notebook.
    pub(crate) fn of(id: &str, page: &Page) -> Self {
        let tags = page.tags.as_ref();
        Self {
            title: Value::Known(page.title.clone()),
            text: Value::Known(page.text.clone()),
            tags: tags
                .map_or(Value::Null, |tags| Value::Known(tags.iter().cloned().map(Value::Known).collect())),
            id: Value::Known(id.to_owned()),
            words: Value::Known(words(&page.text)),
            revision: Value::Known(page.revision),
        }
    }

    /// What a user may not write.
    pub(crate) fn faults(&self) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        if self.title.known().is_some_and(|title| title.trim().is_empty()) {
            let fault = Diagnostic::failure("A note needs a title", "Write one: the note is found by it.");
            faults.push(fault.at(AttributePath::of("title")));
        }
        for (index, tag) in self.tags.known().into_iter().flatten().enumerate() {
            let empty = tag.known().is_some_and(|tag| tag.trim().is_empty());
            if empty || matches!(tag, Value::Null) {
                let fault = Diagnostic::failure(
                    "A tag has no text",
                    "Write what the note is about, or leave the tag out.",
                );
                faults.push(fault.at(AttributePath::of("tags").element(index)));
            }
        }
        faults
    }

    /// The page that it is. What is planned is known by the time that it is done.
    fn page(&self, revision: u64) -> Page {
        let text = |value: &Value<String>| value.known().cloned().unwrap_or_default();
        Page {
            title: text(&self.title),
            text: text(&self.text),
            tags: self.tags.known().map(|tags| tags.iter().map(text).collect()),
            revision,
        }
    }
}

/// Plans a change: what the notebook will decide is unknown until it is done.
pub(crate) fn plan(prior: &Value<Note>, proposed: Value<Note>) -> Plan {
    let Value::Known(mut planned) = proposed else {
        return Plan { planned: Value::Null, replace: Vec::new() };
    };
    planned.words = planned.text.map(|text| words(text));
    let mut replace = Vec::new();
    match prior.known() {
        None => {
            planned.id = Value::Unknown;
            planned.revision = Value::Known(1);
        }
        Some(prior) => {
            planned.id = prior.id.clone();
            planned.revision = prior.revision.clone();
            if planned.title != prior.title {
                planned.id = Value::Unknown;
                replace.push(AttributePath::of("title"));
            }
            if (&planned.title, &planned.text, &planned.tags) != (&prior.title, &prior.text, &prior.tags) {
                planned.revision = Value::Unknown;
            }
        }
    }
    Plan { planned: Value::Known(planned), replace }
}

/// Does what was planned, and gives what there is afterwards.
pub(crate) async fn apply(
    notebook: &Notebook,
    prior: &Value<Note>,
    planned: &Value<Note>,
) -> Result<Value<Note>, NotebookError> {
    notebook
        .change(|pages| {
            let id = prior.known().and_then(|prior| prior.id.known());
            let (id, page) = match (id, planned.known()) {
                (None, None) => return Ok(Value::Null),
                (Some(id), None) => {
                    // Whoever has removed it has done the same.
                    pages.notes.remove(id);
                    return Ok(Value::Null);
                }
                (None, Some(planned)) => create(pages, planned)?,
                (Some(id), Some(planned)) => update(pages, id, planned)?,
            };
            Ok(Value::Known(Note::of(&id, &page)))
        })
        .await
}

fn create(pages: &mut Pages, planned: &Note) -> Result<(String, Page), NotebookError> {
    let page = planned.page(1);
    if let Some((id, taken)) = pages.titled(&page.title) {
        return Err(NotebookError::TitleTaken { title: taken.title.clone(), id: id.clone() });
    }
    pages.written = pages.written.saturating_add(1);
    let id = format!("note-{}", pages.written);
    pages.notes.insert(id.clone(), page.clone());
    Ok((id, page))
}

fn update(pages: &mut Pages, id: &str, planned: &Note) -> Result<(String, Page), NotebookError> {
    let page = pages.notes.get_mut(id).ok_or_else(|| NotebookError::Gone { id: id.to_owned() })?;
    *page = planned.page(page.revision.saturating_add(1));
    Ok((id.to_owned(), page.clone()))
}

/// What has become of a note, or nothing where it is gone.
pub(crate) async fn read(notebook: &Notebook, state: &Value<Note>) -> Result<Value<Note>, NotebookError> {
    let Some(id) = state.known().and_then(|note| note.id.known()) else { return Ok(Value::Null) };
    let pages = notebook.read().await?;
    Ok(pages.notes.get(id).map_or(Value::Null, |page| Value::Known(Note::of(id, page))))
}

/// Finds a note by its id, or by its title.
pub(crate) async fn find(notebook: &Notebook, name: &str) -> Result<Option<Note>, NotebookError> {
    let pages = notebook.read().await?;
    let titled = || pages.titled(name).map(|(id, page)| Note::of(id, page));
    Ok(pages.notes.get(name).map(|page| Note::of(name, page)).or_else(titled))
}

/// Finds a note by its title.
pub(crate) async fn find_titled(notebook: &Notebook, title: &str) -> Result<Option<Note>, NotebookError> {
    Ok(notebook.read().await?.titled(title).map(|(id, page)| Note::of(id, page)))
}

/// Reads what was stored, by this release or an older one.
pub(crate) fn upgrade(version: i64, state: &RawState) -> Result<Note, Diagnostic> {
    let read = match version {
        0 => serde_json::from_slice(&state.json).map(|OldNote { title, body, id }| Note {
            title,
            text: body,
            id,
            ..Note::default()
        }),
        1 => serde_json::from_slice(&state.json),
        newer => {
            let detail =
                format!("It has version {newer}, and this release knows up to 1. Use a newer release.");
            return Err(Diagnostic::failure("The state was stored by another release", detail));
        }
    };
    read.map_err(|error| Diagnostic::failure("The stored state is no note", error))
}

/// How many words a text has.
fn words(text: &str) -> u64 {
    u64::try_from(text.split_whitespace().count()).unwrap_or(u64::MAX)
}
