//! The pages that say where each thing of the design documents is, and of go-plugin: the tests that they name are there.

use std::fs;
use std::process::Command;

use crate::interop::sources;
use crate::interop_go::programs;
use crate::root;

/// The pages, and how many rows they have at least.
const PAGES: [(&str, usize); 2] = [("docs/seeds.md", 150), (GO_PLUGIN, 50)];

/// The page of what go-plugin offers.
const GO_PLUGIN: &str = "docs/go-plugin.md";

/// A line of a table.
#[derive(Debug, PartialEq)]
struct Row {
    here: String,
    test: String,
}

/// The lines of all tables, or what is wrong with them.
fn rows(page: &str) -> Result<Vec<Row>, String> {
    let is_row =
        |line: &&str| line.starts_with('|') && !line.starts_with("|---") && !line.contains("| test |");
    let row = |line: &str| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        match cells[..] {
            ["", _, here, test, _, ""] => Ok(Row { here: here.to_owned(), test: test.to_owned() }),
            _ => Err(format!("a row has four cells: {line}")),
        }
    };
    page.lines().filter(is_row).map(row).collect()
}

/// What is wrong with the third cell of a row, which names files and their functions: `file`: `function`, `function`; `file`.
fn fault(row: &Row) -> Option<String> {
    if row.test.is_empty() {
        let is_said = row.here.starts_with("not there");
        return (!is_said).then(|| format!("`{}` has no test, and does not say `not there`", row.here));
    }
    let mut source = None;
    // What stands between two marks is every second part.
    for name in row.test.split('`').skip(1).step_by(2) {
        if name.contains('/') {
            match fs::read_to_string(root().join(name)) {
                Ok(text) => source = Some((name, text)),
                Err(error) => return Some(format!("{name}: {error}")),
            }
        } else {
            let Some((path, text)) = &source else { return Some(format!("{name} stands behind no file")) };
            if !has_test(text, name) {
                return Some(format!("{path} has no test {name}"));
            }
        }
    }
    source.is_none().then(|| format!("no file is named: {}", row.test))
}

/// Whether a file has a function of this name that is run as a test: an attribute above it says so, and none leaves it out.
fn has_test(source: &str, name: &str) -> bool {
    let lines: Vec<_> = source.lines().map(str::trim).collect();
    let begins = [format!("fn {name}("), format!("async fn {name}(")];
    let is_mark =
        |line: &str| line == "#[test]" || line == "#[tokio::test]" || line.starts_with("#[tokio::test(");
    let is_test = |place: usize| {
        let above = lines.iter().take(place).rev().take_while(|line| line.starts_with("#["));
        let above: Vec<_> = above.collect();
        above.iter().any(|line| is_mark(line)) && !above.iter().any(|line| line.contains("ignore"))
    };
    let is_begun = |line: &str| begins.iter().any(|begins| line.starts_with(begins));
    lines.iter().enumerate().any(|(place, line)| is_begun(line) && is_test(place))
}

#[test]
fn only_a_function_that_is_run_as_a_test_counts() {
    for source in [
        "#[test]\nfn a() {}",
        "#[tokio::test]\nasync fn a() {}",
        "mod tests {\n    #[cfg(unix)]\n    #[tokio::test(start_paused = true)]\n    async fn a() {}\n}",
    ] {
        assert!(has_test(source, "a"), "{source}");
    }
    for source in [
        "fn a() {}",
        "#[test]\nfn ab() {}",
        "#[test]\n\nfn a() {}",
        "#[test]\n#[ignore]\nfn a() {}",
        "#[ignore = \"slow\"]\n#[tokio::test]\nasync fn a() {}",
        "#[test]\n// fn a() {}\nfn b() {}",
        "// #[test]\nfn a() {}",
        "#[cfg(test)]\nfn a() {}",
        "#[cfg_attr(unix, ignore)]\n#[test]\nfn a() {}",
    ] {
        assert!(!has_test(source, "a"), "{source}");
    }
}

#[test]
fn every_test_that_the_pages_name_is_there() {
    for (page, least) in PAGES {
        let text = fs::read_to_string(root().join(page)).unwrap();
        let rows = rows(&text).unwrap();
        assert!(rows.len() > least, "{page}: only {} rows were found: are the tables elsewhere?", rows.len());
        let faults: Vec<_> = rows.iter().filter_map(fault).collect();
        assert!(faults.is_empty(), "{page}:\n{}", faults.join("\n"));
    }
}

/// What a source in Go offers: the fields of these types, each with its type, and the methods of `Client` and functions, with
/// none.
fn offered(source: &str) -> Vec<(&'static str, String)> {
    let is_name = |name: &&str| {
        name.starts_with(char::is_uppercase) && name.chars().all(|letter| letter.is_alphanumeric())
    };
    let begun = |line: &str| {
        SECTIONS.iter().map(|(name, _)| *name).find(|name| line == format!("type {name} struct {{"))
    };
    let mut found = Vec::new();
    let mut within = None;
    for line in source.lines() {
        within = begun(line).or(within.filter(|_| line != "}"));
        let names = match within {
            Some(_) => line.strip_prefix('\t').map(fields).unwrap_or_default(),
            None => {
                let function = line.strip_prefix("func (c *Client) ").or_else(|| line.strip_prefix("func "));
                function
                    .and_then(|function| function.split_once('('))
                    .map(|(name, _)| vec![name])
                    .unwrap_or_default()
            }
        };
        let names = names.into_iter().filter(is_name);
        found.extend(names.map(|name| (within.unwrap_or_default(), name.to_owned())));
    }
    found
}

/// The names in a line of a type: `MinPort, MaxPort uint`, or an embedded type alone.
fn fields(line: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for word in line.split(' ') {
        names.push(word.trim_end_matches(','));
        if !word.ends_with(',') {
            break;
        }
    }
    names
}

/// The types, and the part of the page with their fields, by how its heading begins.
const SECTIONS: [(&str, &str); 6] = [
    ("ClientConfig", "A host: `ClientConfig`"),
    ("UnixSocketConfig", "A host: `ClientConfig`"),
    ("ReattachConfig", "A host: `ClientConfig`"),
    ("SecureConfig", "A host: `ClientConfig`"),
    ("ServeConfig", "A plugin"),
    ("ServeTestConfig", "A plugin"),
];

/// What the first cells of a part of the page name, a type before a field left out; of the whole page without a heading.
fn named(page: &str, heading: Option<&str>) -> Vec<String> {
    let parts = page.split("\n## ").filter(|part| heading.is_none_or(|heading| part.starts_with(heading)));
    let cells = parts.flat_map(str::lines).filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let spans = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    let field = |span: &str| match span.split_once('.') {
        Some((owner, field)) if SECTIONS.iter().any(|(name, _)| *name == owner) => field.to_owned(),
        _ => span.to_owned(),
    };
    spans.map(field).collect()
}

/// What is offered and not named.
fn left_out(page: &str, offered: &[(&str, String)]) -> Vec<String> {
    let is_left_out = |(owner, name): &&(&str, String)| {
        let heading = SECTIONS.iter().find(|(known, _)| known == owner).map(|(_, heading)| *heading);
        !named(page, heading).contains(name)
    };
    offered.iter().filter(is_left_out).map(|(owner, name)| format!("{owner}.{name}")).collect()
}

#[test]
fn the_page_of_go_plugin_leaves_out_nothing_that_it_offers() {
    // With what they are built of, its sources have come.
    if programs().is_none() {
        return;
    }
    let mut list = Command::new("go");
    list.args(["list", "-m", "-f", "{{.Dir}} {{.Version}}", "github.com/hashicorp/go-plugin"]);
    let output = list.current_dir(sources().join("go")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    let (directory, version) = said.trim().rsplit_once(" v").unwrap();
    let page = fs::read_to_string(root().join(GO_PLUGIN)).unwrap();
    assert!(
        page.contains(&format!("go-plugin) {version},")),
        "the page is of another version than {version}"
    );
    let files =
        ["client.go", "server.go", "server_mux.go", "discover.go", "error.go", "testing.go", "rpc_client.go"];
    let source = |file| fs::read_to_string(format!("{directory}/{file}")).unwrap();
    let offered: Vec<_> = files.iter().flat_map(|file| offered(&source(file))).collect();
    assert!(offered.len() > 50, "{offered:?}");
    let left_out = left_out(&page, &offered);
    assert!(left_out.is_empty(), "{GO_PLUGIN} says nothing of {left_out:?}");
}

#[test]
fn what_a_source_in_go_offers_is_read_and_what_the_page_leaves_out_is_noticed() {
    let source = "type ClientConfig struct {\n\tHandshakeConfig\n\n\t// Comment, that\n\tMinPort, MaxPort uint\n\tprivate int\n\
                  \tF func(a A, b B) C\n}\n\nfunc (c *Client) Kill() {\n\tOther()\n}\nfunc (s *Server) Not() {}\n\
                  type ServeConfig struct {\n\tF int\n}\nfunc Discover(glob, dir string) {}\nfunc private() {}\n";
    let of = |owner: &'static str, names: &[&str]| {
        names.iter().map(|name| (owner, (*name).to_owned())).collect::<Vec<_>>()
    };
    let expected = [
        of("ClientConfig", &["HandshakeConfig", "MinPort", "MaxPort", "F"]),
        of("", &["Kill"]),
        of("ServeConfig", &["F"]),
        of("", &["Discover"]),
    ];
    assert_eq!(offered(source), expected.concat());
    let page = "\n## A host: `ClientConfig`\n| `HandshakeConfig` | a | | |\n| `MinPort`, `ClientConfig.MaxPort` | `Discover` | | |\n\
                | `Runner.Kill` |\n## A plugin\n| `F` | | | |\n";
    assert_eq!(left_out(page, &offered(source)), ["ClientConfig.F", ".Kill", ".Discover"]);
}
#[test]
fn a_row_that_names_no_test_or_one_that_is_not_there_is_noticed() {
    let found = |test: &str| fault(&Row { here: "a thing".to_owned(), test: test.to_owned() });
    let this = "`tests/it/design_documents.rs`";
    let own = "`a_row_that_names_no_test_or_one_that_is_not_there_is_noticed`";
    assert_eq!(found(&format!("{this}: {own}")), None);
    assert!(found(&format!("{this}: {own}, `rows`")).unwrap().contains("no test rows"));
    assert!(found("`tests/it/nowhere.rs`").unwrap().contains("nowhere.rs"));
    assert!(found(own).unwrap().contains("behind no file"));
    assert!(found("see there").unwrap().contains("no file is named"));
    assert!(found("").unwrap().contains("has no test"));
    assert_eq!(fault(&Row { here: "not there".to_owned(), test: String::new() }), None);
    assert!(rows("| one | two | three |").is_err());
    assert_eq!(rows("| a | here | test | differs |\n|---|---|---|---|\n").unwrap(), []);
}
