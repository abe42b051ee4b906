//! A service: its methods, and the messages that they take and answer with.

use super::definition::check_name;
use super::given::Given;
use super::kind::Kind;
use super::model::{Method, Service, Side, Type};
use super::types::Scope;
use super::{LANGUAGE, well_known};
use crate::message::Layout;
use crate::message::schema::names::Names;
use crate::message::schema::{MessageSchema, SchemaError, ShapeSchema};

/// What is known of a service.
#[derive(Debug, Clone)]
pub(crate) struct ServiceParts {
    /// The full name, package included.
    pub(crate) name: &'static str,
    pub(crate) docs: &'static str,
    pub(crate) methods: Vec<MethodParts>,
}

/// What is known of a method.
#[derive(Debug, Clone)]
pub(crate) struct MethodParts {
    pub(crate) name: &'static str,
    pub(crate) docs: &'static str,
    pub(crate) idempotent: bool,
    pub(crate) request: SideParts,
    pub(crate) response: SideParts,
}

/// What is known of a message of a method, or of each message of a stream.
#[derive(Debug, Clone)]
pub(crate) struct SideParts {
    pub(crate) streams: bool,
    pub(crate) schema: Option<&'static MessageSchema>,
    /// The full name that the type has in protobuf.
    pub(crate) name: Option<String>,
}

impl ServiceParts {
    /// The package, and the name in it.
    pub(super) fn split(&self) -> (&'static str, &'static str) {
        self.name.rsplit_once('.').unwrap_or(("", self.name))
    }
}

/// A service, and what the file needs for it.
#[derive(Debug)]
pub(super) struct ServiceDefinition {
    pub(super) service: Service,
    pub(super) held: Vec<&'static MessageSchema>,
    /// The full names of what other files bring.
    pub(super) brought: Vec<String>,
}

/// Says a service in protobuf.
///
/// # Errors
///
/// If one of its messages is no message of protobuf, or one that nobody has described.
pub(super) fn define(
    parts: &ServiceParts,
    scope: Scope<'_>,
    given: &Given,
) -> Result<ServiceDefinition, SchemaError> {
    let (package, name) = parts.split();
    check_name(name)?;
    if package != scope.package {
        let (service, file) = (parts.name, scope.package.to_owned());
        return Err(SchemaError::Package { service, package, file });
    }
    let mut sides = Sides { service: parts, scope, given, held: Vec::new(), brought: Vec::new() };
    let mut names = Names::new(LANGUAGE);
    let mut methods = Vec::new();
    for method in &parts.methods {
        check_name(method.name)?;
        names.take(method.name.to_owned(), &format!("{}.{}", parts.name, method.name))?;
        let MethodParts { name, docs, idempotent, .. } = *method;
        let request = sides.side(method, &method.request, "request")?;
        let response = sides.side(method, &method.response, "response")?;
        methods.push(Method { name, docs, idempotent, request, response });
    }
    let service = Service { name, docs: parts.docs, methods };
    Ok(ServiceDefinition { service, held: sides.held, brought: sides.brought })
}

/// Says the messages of methods, and remembers what they need.
struct Sides<'a> {
    service: &'a ServiceParts,
    scope: Scope<'a>,
    given: &'a Given,
    held: Vec<&'static MessageSchema>,
    brought: Vec<String>,
}

impl Sides<'_> {
    fn side(
        &mut self,
        method: &MethodParts,
        side: &SideParts,
        which: &'static str,
    ) -> Result<Side, SchemaError> {
        let ty = match (side.schema, &side.name) {
            (Some(schema), _) => self.of_schema(schema),
            (None, Some(name)) => self.of_name(name.clone()),
            (None, None) => Err(NO_NAME.into()),
        };
        let ty = ty.map_err(|Unsaid { found, remedy }| {
            let method = format!("{}.{}", self.service.name, method.name);
            SchemaError::Method { method, side: which, found, remedy }
        })?;
        Ok(Side { streams: side.streams, ty })
    }

    fn of_schema(&mut self, schema: &'static MessageSchema) -> Result<Type, Unsaid> {
        match (schema.layout, schema.shape) {
            (Layout::Tagged, ShapeSchema::Struct { .. }) => {
                self.held.push(schema);
                let (kind, full) = (Kind::Message, self.scope.full(schema.name));
                // A name is looked for in the service first, where the methods are.
                let is_hidden = self.has_method(schema.name);
                Ok(Type { kind, written: self.scope.refer(schema.name, is_hidden), full })
            }
            (_, ShapeSchema::Struct { .. }) => {
                let found = format!("`{}` is packed, which no client of protobuf can read", schema.name);
                Err(Unsaid { found, remedy: "give each of its fields an id: `#[binary(id = 1)]`" })
            }
            (_, ShapeSchema::Enum(_) | ShapeSchema::Family(_)) => {
                let found = format!("`{}` is an enum, and a message has fields", schema.name);
                Err(Unsaid { found, remedy: "put it into a message of its own, with an id on the field" })
            }
        }
    }

    fn of_name(&mut self, full: String) -> Result<Type, Unsaid> {
        let written = if well_known::is_known(&full) && !self.has_method("google") {
            self.scope.google(&full)
        } else {
            format!(".{full}")
        };
        if !well_known::is_known(&full) && self.given.path_of(&full).is_none() {
            let found = format!("the file in which `{full}` stands is not known");
            let remedy = "hand the descriptor set of that file over, with `ProtoFile::descriptors` or with the contract";
            return Err(Unsaid { found, remedy });
        }
        self.brought.push(full.clone());
        Ok(Type { kind: Kind::Message, written, full: format!(".{full}") })
    }

    fn has_method(&self, name: &str) -> bool {
        self.service.methods.iter().any(|method| method.name == name)
    }
}

/// Why a message cannot be said, before it is known whose it is.
struct Unsaid {
    found: String,
    remedy: &'static str,
}

impl From<(&'static str, &'static str)> for Unsaid {
    fn from((found, remedy): (&'static str, &'static str)) -> Self {
        Self { found: found.to_owned(), remedy }
    }
}

/// Of a type without a description and without a name.
const NO_NAME: (&str, &str) = (
    "its type has a codec of its own, or is one of prost that does not know its name",
    "derive `BinaryMessage` with an id on each field, or have prost-build write the names: `Config::enable_type_names`",
);
