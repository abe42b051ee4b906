//! Notes that come, change and go.

use serde_json::{Value, json};

use super::tool::Terraform;

/// A note, a second one that knows its id, and a lookup of the first.
fn two_notes(title: &str, text: &str) -> String {
    format!(
        r#"
resource "notebook_note" "milk" {{
  title = "{title}"
  text  = "{text}"
  tags  = ["shop", "daily"]
}}
resource "notebook_note" "reminder" {{
  title = "reminder"
  text  = "see ${{notebook_note.milk.id}}"
}}
data "notebook_note" "found" {{
  title      = notebook_note.milk.title
  depends_on = [notebook_note.milk]
}}
output "found" {{
  value = data.notebook_note.found
}}
"#
    )
}

fn note(title: &str, text: &str, tags: &Value, revision: u64) -> Value {
    json!({ "title": title, "text": text, "tags": tags, "revision": revision })
}

#[tokio::test]
async fn notes_are_made_changed_replaced_and_ended() {
    let Some(terraform) = Terraform::new() else { return };
    let tags = json!(["shop", "daily"]);

    terraform.configure(&two_notes("milk", "two bottles"));
    let plan = terraform.plan().await;
    plan.does("milk", &["create"]);
    assert_eq!(plan.change("milk")["after_unknown"], json!({ "id": true, "tags": [false, false] }));
    let unknown = json!({ "id": true, "text": true, "words": true });
    assert_eq!(plan.change("reminder")["after_unknown"], unknown, "it depends on what is not there yet");
    terraform.done(&["apply", "-no-color", "plan"]).await;
    let milk = note("milk", "two bottles", &tags, 1);
    let reminder = note("reminder", "see note-1", &Value::Null, 1);
    let expected = json!({ "written": 2, "notes": { "note-1": milk, "note-2": reminder } });
    assert_eq!(terraform.notebook(), expected);
    let outputs: Value = serde_json::from_str(&terraform.done(&["output", "-json"]).await).unwrap();
    let found = json!({
        "title": "milk", "text": "two bottles", "tags": tags, "id": "note-1", "words": 2, "revision": 1,
    });
    assert_eq!(outputs["found"]["value"], found);
    terraform.rests().await;

    // In place: it keeps its id, and what knows the id does not change.
    terraform.configure(&two_notes("milk", "three of them"));
    let plan = terraform.plan().await;
    plan.does("milk", &["update"]);
    plan.does("reminder", &["no-op"]);
    assert_eq!(plan.change("milk")["after"]["words"], 3);
    terraform.done(&["apply", "-no-color", "plan"]).await;
    assert_eq!(terraform.notebook()["notes"]["note-1"], note("milk", "three of them", &tags, 2));
    terraform.rests().await;

    // Another title is another note.
    terraform.configure(&two_notes("oat milk", "three of them"));
    let plan = terraform.plan().await;
    plan.does("milk", &["delete", "create"]);
    assert_eq!(plan.change("milk")["replace_paths"], json!([["title"]]));
    plan.does("reminder", &["update"]);
    terraform.done(&["apply", "-no-color", "plan"]).await;
    let milk = note("oat milk", "three of them", &tags, 1);
    let reminder = note("reminder", "see note-3", &Value::Null, 2);
    let expected = json!({ "written": 3, "notes": { "note-2": reminder, "note-3": milk } });
    assert_eq!(terraform.notebook(), expected);
    terraform.rests().await;

    terraform.done(&["destroy", "-no-color", "-auto-approve"]).await;
    assert_eq!(terraform.notebook(), json!({ "written": 3, "notes": {} }));
    // A record with a level and a field, in whichever place that stands.
    let log = terraform.log();
    let is_record = |line: &str| {
        line.contains("[INFO]  provider.terraform-provider-notebook: configured:")
            && line.contains(" terraform=1.")
    };
    assert!(log.lines().any(is_record), "{log}");
}

#[tokio::test]
async fn what_was_changed_behind_its_back_is_seen_and_mended() {
    let Some(terraform) = Terraform::new() else { return };
    terraform.configure(&two_notes("milk", "two bottles"));
    terraform.apply().await;
    let before = terraform.notebook();

    let mut pages = before.clone();
    pages["notes"]["note-1"]["text"] = json!("one is enough");
    pages["notes"]["note-1"]["tags"] = Value::Null;
    terraform.scribble(&pages);
    let run = terraform.run(&["plan", "-no-color", "-detailed-exitcode"]).await;
    assert_eq!(run.code, Some(2), "{}\n{}", run.output, run.errors);
    let plan = terraform.plan().await;
    plan.does("milk", &["update"]);
    assert_eq!(plan.change("milk")["before"]["text"], "one is enough");
    assert_eq!(plan.0["resource_drift"][0]["change"]["after"]["words"], 3);
    terraform.apply().await;
    pages = before;
    pages["notes"]["note-1"]["revision"] = json!(2);
    assert_eq!(terraform.notebook(), pages);

    pages["notes"].as_object_mut().unwrap().remove("note-1");
    terraform.scribble(&pages);
    let plan = terraform.plan().await;
    plan.does("milk", &["create"]);
    assert_eq!(plan.0["resource_drift"][0]["change"]["actions"], json!(["delete"]));
    terraform.apply().await;
    assert_eq!(terraform.notebook()["notes"]["note-3"]["text"], "two bottles");
    assert_eq!(terraform.notebook()["notes"]["note-2"]["text"], "see note-3");
}

#[tokio::test]
async fn a_note_of_somebody_else_is_imported_and_looked_up() {
    let Some(terraform) = Terraform::new() else { return };
    let theirs = note("theirs", "was here", &json!(["old"]), 7);
    terraform.scribble(&json!({ "written": 4, "notes": { "note-4": theirs } }));
    let resource = r#"
resource "notebook_note" "found" {
  title = "theirs"
  text  = "was here"
  tags  = ["old"]
}
"#;
    terraform.configure(resource);
    for name in ["theirs", "note-4"] {
        terraform.done(&["import", "-no-color", "notebook_note.found", name]).await;
        let shown = terraform.done(&["state", "show", "-no-color", "notebook_note.found"]).await;
        assert!(shown.contains("\"note-4\"") && shown.contains("was here"), "{shown}");
        terraform.rests().await;
        terraform.done(&["state", "rm", "notebook_note.found"]).await;
    }
    let run = terraform.run(&["import", "-no-color", "notebook_note.found", "nobody's"]).await;
    run.fails(&["There is no such note", "No note has the id or the title `nobody's`"]);

    terraform.configure("data \"notebook_note\" \"theirs\" {\n  title = \"theirs\"\n}\noutput \"words\" {\n  value = data.notebook_note.theirs.words\n}\n");
    terraform.apply().await;
    assert_eq!(terraform.done(&["output", "-json", "words"]).await.trim(), "2");
}

#[tokio::test]
async fn notes_that_are_made_at_once_are_all_there() {
    let Some(terraform) = Terraform::new() else { return };
    // Two processes of the provider with one notebook: an alias is a process of its own.
    terraform.configure(
        r#"
provider "notebook" {
  alias = "second"
  path  = "notes.json"
}
resource "notebook_note" "first" {
  count = 20
  title = "first ${count.index}"
  text  = "one of many"
}
resource "notebook_note" "second" {
  provider = notebook.second
  count    = 20
  title    = "second ${count.index}"
  text     = "one of many"
}
"#,
    );
    terraform.done(&["apply", "-no-color", "-auto-approve", "-parallelism=40"]).await;
    let pages = terraform.notebook();
    assert_eq!(pages["written"], 40);
    let notes = pages["notes"].as_object().unwrap();
    let titles: std::collections::BTreeSet<_> = notes.values().map(|note| note["title"].as_str()).collect();
    assert_eq!((notes.len(), titles.len()), (40, 40));
    terraform.rests().await;
    terraform.done(&["destroy", "-no-color", "-auto-approve", "-parallelism=40"]).await;
    assert_eq!(terraform.notebook()["notes"], json!({}));
}

#[tokio::test]
async fn what_an_older_release_has_stored_is_upgraded() {
    let Some(terraform) = Terraform::new() else { return };
    terraform
        .configure("resource \"notebook_note\" \"old\" {\n  title = \"old\"\n  text  = \"as it was\"\n}\n");
    terraform.apply().await;
    let state = std::fs::read(terraform.path("terraform.tfstate")).unwrap();
    let mut state: Value = serde_json::from_slice(&state).unwrap();
    let instance = &mut state["resources"][0]["instances"][0];
    assert_eq!(instance["schema_version"], 1);
    instance["schema_version"] = json!(0);
    instance["attributes"] = json!({ "title": "old", "body": "as it was", "id": "note-1" });
    let written = |state: &Value| {
        std::fs::write(terraform.path("terraform.tfstate"), state.to_string()).unwrap();
    };
    written(&state);
    terraform.rests().await;
    // The text alone, before anything was read of the notebook.
    let plan = terraform.run(&["plan", "-no-color", "-refresh=false"]).await;
    assert!(!plan.output.contains("as it was"), "it is no change:\n{}", plan.output);

    // What this release has stored, and what a broken file says.
    state["resources"][0]["instances"][0]["attributes"] = json!({ "title": 7 });
    written(&state);
    terraform.run(&["plan", "-no-color"]).await.fails(&["The stored state is no note", "invalid type"]);
}
