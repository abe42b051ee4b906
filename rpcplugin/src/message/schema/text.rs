//! A described file as the text that it could have been made of, for people: who compiles takes the description itself.
//!
//! The description may be anybody's. Nothing in it is believed: names may be none, types may be missing, nesting may be deep.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::descriptor::{
    DescriptorProto, ENUM_VALUE, EnumDescriptorProto, FILE_ENUM, FILE_MESSAGE, FILE_SERVICE,
    FieldDescriptorProto, FileDescriptorProto, IDEMPOTENT, LABEL_REPEATED, MESSAGE_ENUM, MESSAGE_FIELD,
    MESSAGE_NESTED, MESSAGE_ONEOF, MethodDescriptorProto, SERVICE_METHOD, ServiceDescriptorProto, kind_word,
};
use super::names::comments;
use crate::limits::DESCRIBED_TEXT_BYTES_MAX;

/// The file as text. Of its options only those are there that say something about calls and messages.
pub(crate) fn file_text(file: &FileDescriptorProto) -> String {
    let mut text = Text::of(file);
    text.file(file);
    // Text of the other side can say nothing to a terminal.
    text.text.chars().map(|character| if is_plain(character) { character } else { '?' }).collect()
}

/// The comments of a file, by the path to what each is about.
pub(crate) fn comments_by_path(file: &FileDescriptorProto) -> HashMap<&[i32], &str> {
    let locations = file.source_code_info.iter().flat_map(|info| &info.location);
    let comments = locations
        .filter_map(|location| Some((location.path.as_slice(), location.leading_comments.as_deref()?)));
    comments.collect()
}

fn is_plain(character: char) -> bool {
    character == '\n' || crate::quote::printable(character).eq([character])
}

/// The text so far.
struct Text<'a> {
    text: String,
    is_cut: bool,
    package: String,
    /// Whether a field that is neither repeated nor in a oneof has to say what it is.
    is_proto2: bool,
    /// What is called something within a message or a service: a name that begins so would be looked for there.
    inner: BTreeSet<&'a str>,
    comments: HashMap<&'a [i32], &'a str>,
}

impl<'a> Text<'a> {
    fn of(file: &'a FileDescriptorProto) -> Self {
        let mut inner = BTreeSet::new();
        file.message_type.iter().for_each(|message| add_inner(message, &mut inner));
        let methods = file.service.iter().flat_map(|service| &service.method);
        inner.extend(methods.filter_map(|method| method.name.as_deref()));
        let comments = comments_by_path(file);
        let package = file.package.clone().unwrap_or_default();
        let is_proto2 = matches!(file.syntax.as_deref(), None | Some("" | "proto2"));
        Self { text: String::new(), is_cut: false, package, is_proto2, inner, comments }
    }

    fn file(&mut self, file: &FileDescriptorProto) {
        let syntax = if self.is_proto2 { "proto2" } else { "proto3" };
        self.line(0, &format!("syntax = \"{syntax}\";"));
        if !self.package.is_empty() {
            self.line(0, "");
            self.line(0, &format!("package {};", self.package));
        }
        if !file.dependency.is_empty() {
            self.line(0, "");
        }
        let public: BTreeSet<_> = file.public_dependency.iter().collect();
        for (place, import) in (0..).zip(&file.dependency) {
            let word = if public.contains(&place) { "import public" } else { "import" };
            self.line(0, &format!("{word} \"{import}\";"));
        }
        for (place, service) in (0..).zip(&file.service) {
            self.line(0, "");
            self.service(service, &[FILE_SERVICE, place]);
        }
        for (place, message) in (0..).zip(&file.message_type) {
            self.line(0, "");
            self.message(message, &mut vec![FILE_MESSAGE, place], 0);
        }
        for (place, choice) in (0..).zip(&file.enum_type) {
            self.line(0, "");
            self.enumeration(choice, &mut vec![FILE_ENUM, place], 0);
        }
        for extension in &file.extension {
            self.line(0, "");
            self.extension(extension, 0);
        }
    }

    /// A line, where there is room for it.
    fn line(&mut self, depth: usize, line: &str) {
        if self.is_cut {
            return;
        }
        let bytes = self.text.len().saturating_add(depth.saturating_mul(2)).saturating_add(line.len());
        if bytes > DESCRIBED_TEXT_BYTES_MAX {
            self.is_cut = true;
            self.text.push_str("// What follows is longer than a text of this kind may be.\n");
            return;
        }
        if !line.is_empty() {
            self.text.extend(std::iter::repeat_n("  ", depth));
        }
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn comment(&mut self, path: &[i32], depth: usize) {
        if self.is_cut {
            return;
        }
        let text = self.comments.get(path).copied().unwrap_or_default();
        // A comment has the space behind its mark.
        let lines = text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
        for line in comments("//", "", &lines.collect::<Vec<_>>().join("\n")).lines() {
            self.line(depth, line);
        }
    }

    fn service(&mut self, service: &ServiceDescriptorProto, path: &[i32]) {
        self.comment(path, 0);
        let name = service.name.as_deref().unwrap_or_default();
        self.line(0, &format!("service {name} {{"));
        for (place, method) in (0..).zip(&service.method) {
            if place > 0 {
                self.line(0, "");
            }
            self.comment(&[path, &[SERVICE_METHOD, place]].concat(), 1);
            self.method(method);
        }
        self.line(0, "}");
    }

    fn method(&mut self, method: &MethodDescriptorProto) {
        if self.is_cut {
            return;
        }
        let side = |streams: Option<bool>, name: &Option<String>| {
            let stream = if streams == Some(true) { "stream " } else { "" };
            format!("{stream}{}", self.type_name(name.as_deref().unwrap_or_default()))
        };
        let (request, response) = (
            side(method.client_streaming, &method.input_type),
            side(method.server_streaming, &method.output_type),
        );
        let head =
            format!("rpc {}({request}) returns ({response})", method.name.as_deref().unwrap_or_default());
        let level = method.options.as_ref().and_then(|options| options.idempotency_level);
        if level == Some(IDEMPOTENT) {
            self.line(1, &format!("{head} {{"));
            self.line(2, "option idempotency_level = IDEMPOTENT;");
            self.line(1, "}");
        } else {
            self.line(1, &format!("{head};"));
        }
    }

    fn message(&mut self, message: &DescriptorProto, path: &mut Vec<i32>, depth: usize) {
        if self.is_cut {
            return;
        }
        self.comment(path, depth);
        self.line(depth, &format!("message {} {{", message.name.as_deref().unwrap_or_default()));
        let inside = depth.saturating_add(1);
        for range in &message.reserved_range {
            let (first, end) = (range.start.unwrap_or_default(), range.end.unwrap_or_default());
            let last = end.saturating_sub(1);
            let range = if first == last { first.to_string() } else { format!("{first} to {last}") };
            self.line(inside, &format!("reserved {range};"));
        }
        self.members(message, path, inside);
        for (place, choice) in (0..).zip(&message.enum_type) {
            self.within(path, MESSAGE_ENUM, place, |text, path| text.enumeration(choice, path, inside));
        }
        for (place, nested) in (0..).zip(&message.nested_type) {
            if !is_map_entry(nested) {
                self.within(path, MESSAGE_NESTED, place, |text, path| text.message(nested, path, inside));
            }
        }
        for extension in &message.extension {
            self.extension(extension, inside);
        }
        self.line(depth, "}");
    }

    /// The fields, each `oneof` where its first field is.
    fn members(&mut self, message: &DescriptorProto, path: &mut Vec<i32>, depth: usize) {
        if self.is_cut {
            return;
        }
        let is_alone =
            |field: &FieldDescriptorProto| field.oneof_index.is_none() || field.proto3_optional == Some(true);
        // Looked for once: the message may be made to have many of either.
        let mut oneofs: BTreeMap<i32, Vec<(i32, &FieldDescriptorProto)>> = BTreeMap::new();
        for (place, field) in (0..).zip(&message.field).filter(|(_, field)| !is_alone(field)) {
            oneofs.entry(field.oneof_index.unwrap_or_default()).or_default().push((place, field));
        }
        let maps = map_entries(message);
        for (place, field) in (0..).zip(&message.field) {
            if is_alone(field) {
                self.within(path, MESSAGE_FIELD, place, |text, path| text.comment(path, depth));
                self.field(&maps, field, depth);
                continue;
            }
            let index = field.oneof_index.unwrap_or_default();
            let Some(fields) = oneofs.remove(&index) else { continue };
            let known = usize::try_from(index).ok().and_then(|index| message.oneof_decl.get(index));
            let name = known.and_then(|oneof| oneof.name.as_deref()).unwrap_or_default();
            self.within(path, MESSAGE_ONEOF, index, |text, path| text.comment(path, depth));
            self.line(depth, &format!("oneof {name} {{"));
            let inside = depth.saturating_add(1);
            for (place, field) in fields {
                self.within(path, MESSAGE_FIELD, place, |text, path| text.comment(path, inside));
                self.field(&maps, field, inside);
            }
            self.line(depth, "}");
        }
    }

    fn field(&mut self, maps: &Maps<'_>, field: &FieldDescriptorProto, depth: usize) {
        if self.is_cut {
            return;
        }
        let (name, number) = (field.name.as_deref().unwrap_or_default(), field.number.unwrap_or_default());
        let entry = field.type_name.as_deref().and_then(|name| name.rsplit('.').next());
        let ty = match entry.and_then(|name| maps.get(name)) {
            Some([key, value]) => format!("map<{}, {}>", self.field_type(key), self.field_type(value)),
            None => {
                let label = match field.label {
                    Some(LABEL_REPEATED) => "repeated ",
                    Some(LABEL_REQUIRED) => "required ",
                    _ if field.proto3_optional == Some(true) => "optional ",
                    _ if self.is_proto2 && field.oneof_index.is_none() => "optional ",
                    _ => "",
                };
                format!("{label}{}", self.field_type(field))
            }
        };
        self.line(depth, &format!("{ty} {name} = {number};"));
    }

    fn extension(&mut self, extension: &FieldDescriptorProto, depth: usize) {
        let extended = self.type_name(extension.extendee.as_deref().unwrap_or_default());
        self.line(depth, &format!("extend {extended} {{"));
        self.field(&Maps::new(), extension, depth.saturating_add(1));
        self.line(depth, "}");
    }

    fn enumeration(&mut self, choice: &EnumDescriptorProto, path: &mut Vec<i32>, depth: usize) {
        self.comment(path, depth);
        self.line(depth, &format!("enum {} {{", choice.name.as_deref().unwrap_or_default()));
        let inside = depth.saturating_add(1);
        for (place, value) in (0..).zip(&choice.value) {
            self.within(path, ENUM_VALUE, place, |text, path| text.comment(path, inside));
            let name = value.name.as_deref().unwrap_or_default();
            self.line(inside, &format!("{name} = {};", value.number.unwrap_or_default()));
        }
        self.line(depth, "}");
    }

    /// Goes on at what has this place in a list of what is at `path`.
    fn within(
        &mut self,
        path: &mut Vec<i32>,
        list: i32,
        place: i32,
        write: impl FnOnce(&mut Self, &mut Vec<i32>),
    ) {
        path.extend([list, place]);
        write(self, path);
        path.truncate(path.len().saturating_sub(2));
    }

    fn field_type(&self, field: &FieldDescriptorProto) -> String {
        match &field.type_name {
            Some(name) => self.type_name(name),
            None => kind_word(field.r#type.unwrap_or_default()).to_owned(),
        }
    }

    /// The name of a type as short as it can be said.
    fn type_name(&self, full: &str) -> String {
        let in_package = match self.package.as_str() {
            "" => full.strip_prefix('.'),
            package => full.strip_prefix('.').and_then(|name| name.strip_prefix(package)?.strip_prefix('.')),
        };
        let first = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
        match in_package {
            Some(name) if !self.inner.contains(first(name).as_str()) => name.to_owned(),
            _ => full.to_owned(),
        }
    }
}

fn add_inner<'a>(message: &'a DescriptorProto, inner: &mut BTreeSet<&'a str>) {
    inner.extend(message.field.iter().filter_map(|field| field.name.as_deref()));
    inner.extend(message.oneof_decl.iter().filter_map(|oneof| oneof.name.as_deref()));
    for choice in &message.enum_type {
        inner.extend(choice.name.as_deref());
        inner.extend(choice.value.iter().filter_map(|value| value.name.as_deref()));
    }
    for nested in &message.nested_type {
        inner.extend(nested.name.as_deref());
        add_inner(nested, inner);
    }
}

fn is_map_entry(message: &DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(|options| options.map_entry == Some(true))
}

/// Key and value of each map of a message, by the name of its entries.
type Maps<'a> = HashMap<&'a str, [&'a FieldDescriptorProto; 2]>;

fn map_entries(message: &DescriptorProto) -> Maps<'_> {
    let entries = message.nested_type.iter().filter(|nested| is_map_entry(nested));
    let entries = entries.filter_map(|entry| match entry.field.as_slice() {
        [key, value] => Some((entry.name.as_deref()?, [key, value])),
        _ => None,
    });
    entries.collect()
}

/// In proto2 alone.
const LABEL_REQUIRED: i32 = 2;
