//! The file: services, then the definitions in the order in which they were needed.

use std::collections::{BTreeMap, BTreeSet};

use super::definition::{Definition, check_name};
use super::given::Given;
use super::model::{Contents, Item, Service};
use super::service::ServiceDefinition;
use super::{LANGUAGE, well_known};
use crate::message::schema::SchemaError;
use crate::message::schema::names::Names;

#[derive(Debug)]
pub(super) struct File {
    package: String,
    go_package: Option<String>,
    services: Vec<Service>,
    items: Vec<Item>,
    /// Each definition by its name.
    known: BTreeMap<&'static str, Item>,
    /// The full names of what other files bring.
    brought: BTreeSet<String>,
    /// Enums give their values to the scope of the file.
    names: Names,
}

impl File {
    pub(super) fn new(package: &str, go_package: Option<String>) -> Result<Self, SchemaError> {
        if !package.is_empty() {
            let refused = SchemaError::Name { language: LANGUAGE, name: package.to_owned() };
            package.split('.').try_for_each(check_name).map_err(|_| refused)?;
        }
        let (services, items, known) = (Vec::new(), Vec::new(), BTreeMap::new());
        let (brought, names) = (BTreeSet::new(), Names::new(LANGUAGE));
        Ok(Self { package: package.to_owned(), go_package, services, items, known, brought, names })
    }

    /// Adds a definition; says whether it is new.
    pub(super) fn add(&mut self, name: &'static str, definition: Definition) -> Result<bool, SchemaError> {
        match self.known.get(name) {
            Some(item) if *item == definition.item => return Ok(false),
            Some(_) => return Err(SchemaError::TwoMessages { name }),
            None => {}
        }
        self.names.take(name.to_owned(), name)?;
        for value in definition.values {
            self.names.take(value.clone(), &format!("{name}.{value}"))?;
        }
        self.brought.extend(definition.brought);
        self.items.push(definition.item.clone());
        self.known.insert(name, definition.item);
        Ok(true)
    }

    /// Adds a service.
    pub(super) fn add_service(&mut self, definition: ServiceDefinition) -> Result<(), SchemaError> {
        let name = definition.service.name;
        self.names.take(name.to_owned(), &format!("service {name}"))?;
        self.brought.extend(definition.brought);
        self.services.push(definition.service);
        Ok(())
    }

    /// Whether something in the file has this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.own_names().any(|own| own == name)
    }

    /// What the file holds, with the paths of what it imports.
    ///
    /// # Errors
    ///
    /// If a definition has a name that another file brings.
    pub(super) fn into_contents(self, given: &Given) -> Result<Contents, SchemaError> {
        let mut imports = BTreeSet::new();
        for brought in &self.brought {
            self.check_brought(brought)?;
            let path = given.path_of(brought).or_else(|| well_known::path_of(brought));
            imports.extend(path.map(str::to_owned));
        }
        let Self { package, go_package, services, items, .. } = self;
        Ok(Contents { package, go_package, imports: imports.into_iter().collect(), services, items })
    }

    /// A name can be a package or a message, not both.
    fn check_brought(&self, brought: &str) -> Result<(), SchemaError> {
        let full = |name: &str| match self.package.as_str() {
            "" => name.to_owned(),
            package => format!("{package}.{name}"),
        };
        let clash = |name: &String| is_within(brought, name) || is_within(name, brought);
        self.own_names().map(full).find(clash).map_or(Ok(()), |name| {
            let (first, second) = (brought.to_owned(), name.clone());
            Err(SchemaError::TwoNames { language: LANGUAGE, name, first, second })
        })
    }

    fn own_names(&self) -> impl Iterator<Item = &'static str> {
        self.known.keys().copied().chain(self.services.iter().map(|service| service.name))
    }
}

/// Whether a name is this one, or one in it.
fn is_within(name: &str, outer: &str) -> bool {
    name.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
