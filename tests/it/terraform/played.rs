//! The whole life of a resource with a host of ours in the place of Terraform: where neither is installed, this is what is known.
#![expect(
    clippy::indexing_slicing,
    reason = "a test fails by panicking, and clippy's own exception does not reach its helpers"
)]

use std::collections::BTreeMap;

use rpcplugin::{Code, PluginClient, Status, Wire, rpc_protocol};
use rpcplugin_notebook_provider::dynamic::{self, Value};
use rpcplugin_notebook_provider::tfplugin6::attribute_path::step::Selector;
use rpcplugin_notebook_provider::tfplugin6::{
    Diagnostic, DynamicValue, Provider, ProviderClient, RawState, apply_resource_change, configure_provider,
    get_functions, get_metadata, get_provider_schema, get_resource_identity_schemas, import_resource_state,
    plan_resource_change, read_data_source, read_resource, stop_provider, upgrade_resource_state,
    validate_data_resource_config, validate_provider_config, validate_resource_config,
};
use serde_json::{Value as Json, json};

use super::tool::provider_program;

const NOTE: &str = "notebook_note";

/// An object as it is stored: nothing in it is unknown.
type Object = BTreeMap<String, Json>;

/// The part of Terraform that asks a provider.
struct Core {
    plugin: PluginClient,
    provider: ProviderClient,
    encoding: Encoding,
    directory: tempfile::TempDir,
}

/// How it writes values.
#[derive(Clone, Copy)]
enum Encoding {
    Msgpack,
    Json,
}

impl Core {
    async fn start(wire: Wire, encoding: Encoding) -> Self {
        let cookie = rpcplugin_notebook_provider::cookie().unwrap();
        let builder = PluginClient::builder(provider_program(), cookie).protocol_versions([5, 6]);
        let plugin = builder.wire(wire).start().await.unwrap();
        assert_eq!((plugin.protocol_version(), plugin.wire()), (6, wire));
        let provider = ProviderClient::new(plugin.channel());
        Self { plugin, provider, encoding, directory: tempfile::tempdir().unwrap() }
    }

    fn value(&self, json: &Json) -> Option<DynamicValue> {
        let mut value = DynamicValue::default();
        match self.encoding {
            Encoding::Msgpack => value.msgpack = rmp_serde::to_vec(json).unwrap(),
            Encoding::Json => value.json = json.to_string().into_bytes(),
        }
        Some(value)
    }

    async fn configure(&self, path: &Json) -> Vec<Diagnostic> {
        let config = self.value(&json!({ "path": path }));
        let request =
            configure_provider::Request { terraform_version: "1.0.0".into(), config, ..Default::default() };
        self.provider.configure_provider(request).await.unwrap().diagnostics
    }

    async fn plan(&self, prior: &Json, proposed: &Json) -> plan_resource_change::Response {
        let request = plan_resource_change::Request {
            type_name: NOTE.into(),
            prior_state: self.value(prior),
            proposed_new_state: self.value(proposed),
            config: self.value(proposed),
            prior_private: b"private".to_vec(),
            ..Default::default()
        };
        let planned = self.provider.plan_resource_change(request).await.unwrap();
        assert_eq!(planned.planned_private, b"private");
        planned
    }

    async fn apply(&self, prior: &Json, planned: &Json) -> apply_resource_change::Response {
        let request = apply_resource_change::Request {
            type_name: NOTE.into(),
            prior_state: self.value(prior),
            planned_state: self.value(planned),
            config: self.value(planned),
            planned_private: b"private".to_vec(),
            ..Default::default()
        };
        let applied = self.provider.apply_resource_change(request).await.unwrap();
        assert_eq!(applied.private, b"private");
        applied
    }

    async fn read(&self, state: &Json) -> Json {
        let request = read_resource::Request {
            type_name: NOTE.into(),
            current_state: self.value(state),
            private: b"private".to_vec(),
            ..Default::default()
        };
        let response = self.provider.read_resource(request).await.unwrap();
        assert_eq!((response.diagnostics.len(), &response.private[..]), (0, &b"private"[..]));
        known(response.new_state.as_ref())
    }

    async fn import(&self, id: &str) -> import_resource_state::Response {
        let request =
            import_resource_state::Request { type_name: NOTE.into(), id: id.into(), ..Default::default() };
        self.provider.import_resource_state(request).await.unwrap()
    }
}

/// A value of which all is known.
fn known(value: Option<&DynamicValue>) -> Json {
    match dynamic::read::<Object>(value).unwrap() {
        Value::Known(object) => json!(object),
        Value::Null => Json::Null,
        Value::Unknown => panic!("nothing is known"),
    }
}

/// Which attributes are not known yet.
fn unknown(value: Option<&DynamicValue>) -> Vec<String> {
    let value = dynamic::read::<BTreeMap<String, Value<Json>>>(value).unwrap();
    let object = value.known().unwrap();
    object.iter().filter(|(_, value)| matches!(value, Value::Unknown)).map(|(name, _)| name.clone()).collect()
}

/// What is wrong, and where.
fn told(diagnostics: &[Diagnostic]) -> Vec<(String, String)> {
    let place = |diagnostic: &Diagnostic| {
        let steps = diagnostic.attribute.iter().flat_map(|path| &path.steps);
        let names = steps.map(|step| match step.selector.as_ref().unwrap() {
            Selector::AttributeName(name) | Selector::ElementKeyString(name) => name.clone(),
            Selector::ElementKeyInt(index) => index.to_string(),
        });
        names.collect::<Vec<_>>().join(".")
    };
    diagnostics.iter().map(|diagnostic| (diagnostic.summary.clone(), place(diagnostic))).collect()
}

fn note(title: &str, text: &str) -> Json {
    json!({ "title": title, "text": text, "tags": ["x"], "id": null, "words": null, "revision": null })
}

#[tokio::test]
async fn a_host_of_ours_takes_a_note_through_its_life() {
    for (wire, encoding) in
        [(Wire::Grpc, Encoding::Msgpack), (Wire::Grpc, Encoding::Json), (Wire::Binary, Encoding::Msgpack)]
    {
        let core = Core::start(wire, encoding).await;
        what_there_is(&core).await;
        mistakes(&core).await;
        let path = core.directory.path().join("notes.json");
        assert_eq!(told(&core.configure(&json!(path)).await), []);
        life(&core).await;
        beside(&core).await;
        stopped(&core).await;
        let stopped = core.plugin.stop().await;
        assert!(stopped.is_graceful(), "{stopped:?}");
    }
}

async fn what_there_is(core: &Core) {
    let provider = &core.provider;
    let metadata = provider.get_metadata(get_metadata::Request {}).await.unwrap();
    assert_eq!((&*metadata.resources[0].type_name, &*metadata.data_sources[0].type_name), (NOTE, NOTE));
    let schema = provider.get_provider_schema(get_provider_schema::Request {}).await.unwrap();
    assert_eq!(schema.server_capabilities, metadata.server_capabilities);
    assert!(schema.server_capabilities.unwrap().plan_destroy);
    assert_eq!(schema.resource_schemas[NOTE].version, 1);
    // What is in both has one type in both.
    let types = |schema: &rpcplugin_notebook_provider::tfplugin6::Schema| {
        let attributes = &schema.block.as_ref().unwrap().attributes;
        let types = attributes.iter().map(|attribute| (attribute.name.clone(), attribute.r#type.clone()));
        types.collect::<BTreeMap<_, _>>()
    };
    assert_eq!(types(&schema.resource_schemas[NOTE]), types(&schema.data_source_schemas[NOTE]));
    let identities = get_resource_identity_schemas::Request {};
    assert_eq!(provider.get_resource_identity_schemas(identities).await.unwrap().diagnostics, []);
    assert_eq!(provider.get_functions(get_functions::Request {}).await.unwrap().diagnostics, []);
}

async fn mistakes(core: &Core) {
    let provider = &core.provider;
    let config = core.value(&json!({ "path": "" }));
    let request = validate_provider_config::Request { config };
    let response = provider.validate_provider_config(request).await.unwrap();
    assert_eq!(told(&response.diagnostics), [("The notebook has no path".into(), "path".into())]);

    let config = core.value(&json!({ "title": "", "text": "", "tags": ["a", null, " "] }));
    let request = validate_resource_config::Request { type_name: NOTE.into(), config, ..Default::default() };
    let response = provider.validate_resource_config(request).await.unwrap();
    let expected = [
        ("A note needs a title".into(), "title".into()),
        ("A tag has no text".into(), "tags.1".into()),
        ("A tag has no text".into(), "tags.2".into()),
    ];
    assert_eq!(told(&response.diagnostics), expected);
    let request = validate_data_resource_config::Request {
        type_name: NOTE.into(),
        config: core.value(&json!({ "title": "a" })),
    };
    assert_eq!(provider.validate_data_resource_config(request).await.unwrap().diagnostics, []);

    // Not configured, and configured with what is not known yet or cannot be.
    let unknown = ("It is not known yet where the notebook is".to_owned(), String::new());
    let told_of = told(&core.apply(&Json::Null, &note("a", "a")).await.diagnostics);
    assert_eq!(told_of, std::slice::from_ref(&unknown));
    let missing = core.directory.path().join("missing/notes.json");
    let told_of = told(&core.configure(&json!(missing)).await);
    assert_eq!(told_of, [("The notebook cannot be used".into(), "path".into())]);
    assert_eq!(told(&core.import("a").await.diagnostics), [unknown]);

    // What no user can do wrong.
    let request = plan_resource_change::Request { type_name: "notebook_pen".into(), ..Default::default() };
    let error = provider.plan_resource_change(request).await.unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
    assert!(error.message().contains("there is no type `notebook_pen`"), "{error}");
    let request = plan_resource_change::Request { type_name: NOTE.into(), ..Default::default() };
    let error = provider.plan_resource_change(request).await.unwrap_err();
    assert!(error.message().contains("a value is absent"), "{error}");
    let error = MoreClient::new(core.plugin.channel()).call_function().await.unwrap_err();
    assert_eq!(error.code(), Code::Unimplemented);
}

/// A method of the protocol that the provider does not have.
#[rpc_protocol(service = "tfplugin6.Provider")]
trait More {
    async fn call_function(&self) -> Result<(), Status>;
}

async fn life(core: &Core) {
    let planned = core.plan(&Json::Null, &note("a", "one two")).await;
    assert_eq!(unknown(planned.planned_state.as_ref()), ["id"]);
    assert!(planned.planned_state.unwrap().msgpack.windows(3).any(|bytes| bytes == [0xd4, 0, 0]));
    let applied = core.apply(&Json::Null, &note("a", "one two")).await;
    let created = known(applied.new_state.as_ref());
    let expected =
        json!({ "title": "a", "text": "one two", "tags": ["x"], "id": "note-1", "words": 2, "revision": 1 });
    assert_eq!(created, expected);
    assert_eq!(core.read(&created).await, created);
    let nothing = core.plan(&created, &created).await;
    assert_eq!((known(nothing.planned_state.as_ref()), nothing.requires_replace), (created.clone(), vec![]));

    let mut proposed = created.clone();
    proposed["text"] = json!("one two three");
    let planned = core.plan(&created, &proposed).await;
    assert_eq!(unknown(planned.planned_state.as_ref()), ["revision"]);
    assert_eq!(planned.requires_replace, []);
    let updated = known(core.apply(&created, &proposed).await.new_state.as_ref());
    assert_eq!((&updated["id"], &updated["words"]), (&json!("note-1"), &json!(3)));
    assert_eq!(updated["revision"], 2);

    proposed["title"] = json!("b");
    let planned = core.plan(&updated, &proposed).await;
    assert_eq!(unknown(planned.planned_state.as_ref()), ["id", "revision"]);
    let replaced = planned.requires_replace[0].steps[0].selector.clone();
    assert_eq!(replaced, Some(Selector::AttributeName("title".into())));

    let taken = core.apply(&Json::Null, &note("a", "")).await;
    assert_eq!(told(&taken.diagnostics), [("The notebook was not changed".into(), "title".into())]);
    assert_eq!(known(taken.new_state.as_ref()), Json::Null);

    let planned = core.plan(&updated, &Json::Null).await;
    assert_eq!(known(planned.planned_state.as_ref()), Json::Null);
    let ended = core.apply(&updated, &Json::Null).await;
    assert_eq!((known(ended.new_state.as_ref()), ended.diagnostics), (Json::Null, vec![]));
    assert_eq!(core.read(&updated).await, Json::Null);
    let gone = core.apply(&updated, &proposed).await;
    assert!(gone.diagnostics[0].detail.contains("there is no note `note-1` any more; plan again"));
    assert_eq!(known(gone.new_state.as_ref()), updated, "the host is not told of what was not done");
}

async fn beside(core: &Core) {
    let made = known(core.apply(&Json::Null, &note("b", "text")).await.new_state.as_ref());
    let imported = core.import("b").await.imported_resources;
    assert_eq!(known(imported[0].state.as_ref()), made);
    let lookup = |title: &str| read_data_source::Request {
        type_name: NOTE.into(),
        config: core.value(&json!({ "title": title, "text": null })),
        ..Default::default()
    };
    let found = core.provider.read_data_source(lookup("b")).await.unwrap();
    assert_eq!(known(found.state.as_ref()), made);
    let missing = core.provider.read_data_source(lookup("c")).await.unwrap();
    assert_eq!(told(&missing.diagnostics), [("There is no such note".into(), "title".into())]);

    let upgrade = async |version, json: &str| {
        let raw_state = Some(RawState { json: json.as_bytes().to_vec(), ..RawState::default() });
        let request = upgrade_resource_state::Request { type_name: NOTE.into(), version, raw_state };
        core.provider.upgrade_resource_state(request).await.unwrap()
    };
    let old = upgrade(0, r#"{"title": "b", "body": "text", "id": "note-2"}"#).await;
    let mut expected = note("b", "text");
    expected["id"] = json!("note-2");
    expected["tags"] = Json::Null;
    assert_eq!(known(old.upgraded_state.as_ref()), expected);
    let same = upgrade(1, &made.to_string()).await;
    assert_eq!(known(same.upgraded_state.as_ref()), made);
    let newer = upgrade(2, "{}").await;
    assert!(newer.diagnostics[0].detail.contains("version 2"), "{newer:?}");
}

async fn stopped(core: &Core) {
    let response = core.provider.stop_provider(stop_provider::Request {}).await.unwrap();
    assert_eq!(response.error, "");
    let refused = core.apply(&Json::Null, &note("late", "")).await;
    assert!(refused.diagnostics[0].detail.contains("Terraform is being stopped"), "{refused:?}");
    assert_eq!(core.import("late").await.imported_resources, []);
}
