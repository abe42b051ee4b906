//! The file: a head, then the definitions in the order in which they were needed.

use std::collections::BTreeMap;

use super::LANGUAGE;
use super::definition::{Definition, Imports, check_name};
use crate::message::schema::SchemaError;
use crate::message::schema::names::Names;

#[derive(Debug)]
pub(super) struct File {
    package: String,
    imports: Imports,
    definitions: Vec<String>,
    /// The text of each definition by its name.
    known: BTreeMap<&'static str, String>,
    /// Enums give their values to the scope of the file.
    names: Names,
}

impl File {
    pub(super) fn new(package: &str) -> Result<Self, SchemaError> {
        if !package.is_empty() {
            let refused = SchemaError::Name { language: LANGUAGE, name: package.to_owned() };
            package.split('.').try_for_each(check_name).map_err(|_| refused)?;
        }
        let (definitions, known, names) = (Vec::new(), BTreeMap::new(), Names::new(LANGUAGE));
        Ok(Self { package: package.to_owned(), imports: Imports::default(), definitions, known, names })
    }

    /// Adds a definition; says whether it is new.
    pub(super) fn add(&mut self, name: &'static str, definition: Definition) -> Result<bool, SchemaError> {
        match self.known.get(name) {
            Some(text) if *text == definition.text => return Ok(false),
            Some(_) => return Err(SchemaError::TwoMessages { name }),
            None => {}
        }
        self.names.take(name.to_owned(), name)?;
        for value in definition.values {
            self.names.take(value.clone(), &format!("{name}.{value}"))?;
        }
        self.imports.duration |= definition.imports.duration;
        self.imports.timestamp |= definition.imports.timestamp;
        self.definitions.push(definition.text.clone());
        self.known.insert(name, definition.text);
        Ok(true)
    }

    /// Whether a message or an enum has this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.known.contains_key(name)
    }

    /// The whole text.
    ///
    /// # Errors
    ///
    /// If a definition has a name that a file of protobuf itself brings.
    pub(super) fn to_text(&self) -> Result<String, SchemaError> {
        let mut text = String::from("syntax = \"proto3\";\n");
        if !self.package.is_empty() {
            text.push_str(&format!("\npackage {};\n", self.package));
        }
        let imports = [
            (self.imports.duration, "duration", "google.protobuf.Duration"),
            (self.imports.timestamp, "timestamp", "google.protobuf.Timestamp"),
        ];
        let mut before = "\n";
        for (_, file, brought) in imports.iter().filter(|(needed, ..)| *needed) {
            self.check_brought(brought)?;
            text.push_str(&format!("{before}import \"google/protobuf/{file}.proto\";\n"));
            before = "";
        }
        for definition in &self.definitions {
            text.push('\n');
            text.push_str(definition);
        }
        Ok(text)
    }

    /// A name can be a package or a message, not both.
    fn check_brought(&self, brought: &str) -> Result<(), SchemaError> {
        let full = |name: &&str| match self.package.as_str() {
            "" => (*name).to_owned(),
            package => format!("{package}.{name}"),
        };
        let clash = |name: &String| is_within(brought, name) || is_within(name, brought);
        self.known.keys().map(full).find(clash).map_or(Ok(()), |name| {
            let (first, second) = (brought.to_owned(), name.clone());
            Err(SchemaError::TwoNames { language: LANGUAGE, name, first, second })
        })
    }
}

/// Whether a name is this one, or one in it.
fn is_within(name: &str, outer: &str) -> bool {
    name.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
