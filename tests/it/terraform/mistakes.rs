//! What a user did wrong, and where it is shown.

use std::path::Path;

use serde_json::{Value, json};

use super::tool::Terraform;

#[tokio::test]
async fn a_mistake_in_a_configuration_is_shown_at_its_line() {
    let Some(terraform) = Terraform::new() else { return };
    terraform.configure(
        "resource \"notebook_note\" \"bad\" {\n  title = \" \"\n  text  = \"x\"\n  tags = [\n    \"good\",\n    \"\",\n  ]\n}\n",
    );
    let run = terraform.run(&["validate", "-json"]).await;
    assert_eq!(run.code, Some(1), "{}", run.output);
    let found: Value = serde_json::from_str(&run.output).unwrap();
    let diagnostics = found["diagnostics"].as_array().unwrap().iter();
    let errors: Vec<_> = diagnostics
        .filter(|diagnostic| diagnostic["severity"] == "error")
        .map(|diagnostic| {
            let line = &diagnostic["range"]["start"]["line"];
            json!([diagnostic["summary"], diagnostic["detail"], line, diagnostic["snippet"]["code"]])
        })
        .collect();
    let expected = [
        json!(["A note needs a title", "Write one: the note is found by it.", 10, "  title = \" \""]),
        json!(["A tag has no text", "Write what the note is about, or leave the tag out.", 14, "    \"\","]),
    ];
    assert_eq!(errors, expected, "{found:#}");
}

#[tokio::test]
async fn a_notebook_that_cannot_be_is_shown_at_its_path() {
    let Some(terraform) = Terraform::new() else { return };
    let whole = |path: &str| {
        terraform.configure_whole(&format!(
            "terraform {{\n  required_providers {{\n    notebook = {{ source = \"example.com/demo/notebook\" }}\n  }}\n}}\nprovider \"notebook\" {{\n  path = {path}\n}}\nresource \"notebook_note\" \"a\" {{\n  title = \"a\"\n  text  = \"a\"\n}}\n"
        ));
    };
    whole("\"\"");
    terraform.run(&["validate", "-no-color"]).await.fails(&["The notebook has no path", "main.tf line 7"]);
    whole("\"missing/notes.json\"");
    let run = terraform.run(&["plan", "-no-color"]).await;
    run.fails(&["The notebook cannot be used", "main.tf line 7", "no directory `missing`"]);
    whole("7.5");
    terraform.scribble(&json!({}));
    terraform.apply().await;
    assert!(Path::new(&terraform.path("7.5")).exists(), "a number is a text where the schema says so");

    // The file is something else.
    whole("\"notes.json\"");
    std::fs::write(terraform.path("notes.json"), "once upon a time").unwrap();
    terraform.run(&["plan", "-no-color"]).await.fails(&["The notebook cannot be read", "is no notebook"]);
}

#[tokio::test]
async fn what_only_the_notebook_knows_is_shown_at_its_line_as_well() {
    let Some(terraform) = Terraform::new() else { return };
    let theirs = json!({ "title": "taken", "text": "", "tags": null, "revision": 1 });
    terraform.scribble(&json!({ "written": 1, "notes": { "note-1": theirs } }));
    terraform.configure(
        "resource \"notebook_note\" \"a\" {\n  text  = \"a\"\n  title = \"taken\"\n}\nresource \"notebook_note\" \"b\" {\n  title = \"free\"\n  text  = \"b\"\n}\n",
    );
    let run = terraform.run(&["apply", "-no-color", "-auto-approve"]).await;
    run.fails(&[
        "The notebook was not changed",
        "with notebook_note.a",
        "main.tf line 11",
        "the note `note-1` has the title `taken` already; choose another, or import that note",
    ]);
    // The one that could be made is there, and Terraform knows it.
    assert_eq!(terraform.notebook()["notes"]["note-2"]["title"], "free");
    let listed = terraform.done(&["state", "list"]).await;
    assert_eq!(listed.trim(), "notebook_note.b");

    terraform.configure("data \"notebook_note\" \"none\" {\n  title = \"nobody's\"\n}\n");
    let run = terraform.run(&["plan", "-no-color"]).await;
    run.fails(&["There is no such note", "with data.notebook_note.none", "main.tf line 10"]);
}
