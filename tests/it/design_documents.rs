//! The page that says where each thing of the design documents is: the tests that it names are there.

use std::fs;

use crate::root;

/// The page.
const PAGE: &str = "docs/seeds.md";

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
fn every_test_that_the_page_of_the_design_documents_names_is_there() {
    let page = fs::read_to_string(root().join(PAGE)).unwrap();
    let rows = rows(&page).unwrap();
    assert!(rows.len() > 150, "only {} rows were found: are the tables elsewhere?", rows.len());
    let faults: Vec<_> = rows.iter().filter_map(fault).collect();
    assert!(faults.is_empty(), "{PAGE}:\n{}", faults.join("\n"));
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
