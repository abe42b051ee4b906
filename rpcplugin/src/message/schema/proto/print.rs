//! A file as text.

use super::model::{Contents, Count, Enum, Field, Item, Member, Message, Method, Service, Side};
use crate::message::schema::names::comments;
use crate::message::schema::words::id_ranges;

/// The whole text.
pub(super) fn file(contents: &Contents) -> String {
    let mut text = String::from("syntax = \"proto3\";\n");
    if !contents.package.is_empty() {
        text.push_str(&format!("\npackage {};\n", contents.package));
    }
    let mut before = "\n";
    for path in &contents.imports {
        text.push_str(&format!("{before}import \"{}\";\n", quoted(path)));
        before = "";
    }
    if let Some(package) = &contents.go_package {
        text.push_str(&format!("\noption go_package = \"{}\";\n", quoted(package)));
    }
    for service in &contents.services {
        text.push('\n');
        text.push_str(&self::service(service));
    }
    for item in &contents.items {
        text.push('\n');
        text.push_str(&match item {
            Item::Message(message) => self::message(message),
            Item::Enum(choice) => enumeration(choice),
        });
    }
    text
}

fn service(service: &Service) -> String {
    let Service { name, docs, methods } = service;
    let docs = comments("//", "", docs);
    if methods.is_empty() {
        return format!("{docs}service {name} {{}}\n");
    }
    let methods: Vec<_> = methods.iter().map(method).collect();
    format!("{docs}service {name} {{\n{}}}\n", methods.join("\n"))
}

fn method(method: &Method) -> String {
    let docs = comments("//", "  ", method.docs);
    let side = |side: &Side| format!("{}{}", if side.streams { "stream " } else { "" }, side.ty.written);
    let (request, response) = (side(&method.request), side(&method.response));
    let head = format!("{docs}  rpc {}({request}) returns ({response})", method.name);
    if method.idempotent {
        format!("{head} {{\n    option idempotency_level = IDEMPOTENT;\n  }}\n")
    } else {
        format!("{head};\n")
    }
}

fn message(message: &Message) -> String {
    let (docs, name) = (comments("//", "", message.docs), message.name);
    let members: String = message.members.iter().map(member).collect();
    let reserved = match message.reserved.as_slice() {
        [] => String::new(),
        reserved => format!("  reserved {};\n", id_ranges(reserved)),
    };
    match (reserved.as_str(), members.as_str()) {
        ("", "") => format!("{docs}message {name} {{}}\n"),
        ("", only) | (only, "") => format!("{docs}message {name} {{\n{only}}}\n"),
        (reserved, members) => format!("{docs}message {name} {{\n{reserved}\n{members}}}\n"),
    }
}

fn member(member: &Member) -> String {
    match member {
        Member::Field(field) => self::field(field, "  "),
        Member::Oneof { name, docs, fields } => {
            let fields: String = fields.iter().map(|field| self::field(field, "    ")).collect();
            format!("{}  oneof {name} {{\n{fields}  }}\n", comments("//", "  ", docs))
        }
    }
}

fn field(field: &Field, indent: &str) -> String {
    let Field { name, docs, id, count, ty } = field;
    let written = &ty.written;
    let ty = match count {
        Count::Once => written.clone(),
        Count::Optional => format!("optional {written}"),
        Count::Repeated => format!("repeated {written}"),
        Count::Map(key) => format!("map<{}, {written}>", key.written),
    };
    format!("{}{indent}{ty} {name} = {id};\n", comments("//", indent, docs))
}

fn enumeration(choice: &Enum) -> String {
    let docs = comments("//", "", choice.docs);
    let values: String = choice
        .values
        .iter()
        .map(|value| format!("{}  {} = {};\n", comments("//", "  ", value.docs), value.name, value.number))
        .collect();
    format!("{docs}enum {} {{\n{values}}}\n", choice.name)
}

/// What stands between quotation marks can neither end there nor mean something else.
fn quoted(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .flat_map(|character| matches!(character, '"' | '\\').then_some('\\').into_iter().chain([character]))
        .collect()
}
