//! The links between the project's pages: what they lead to is there.

use std::fs;
use std::path::{Path, PathBuf};

use crate::root;

/// The pages at the top, below `docs`, and of the examples.
fn pages() -> Vec<PathBuf> {
    let mut directories = ["", "docs", "docs/decisions", "tests/interop", "examples"]
        .map(|directory| root().join(directory))
        .to_vec();
    directories.extend(examples());
    let entries = directories.iter().flat_map(|directory| fs::read_dir(directory).unwrap());
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

/// The directories of the examples: each has a page.
fn examples() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("examples")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.join("README.md").exists()).collect()
}

/// The text of a page without its blocks of code.
fn prose(page: &Path) -> String {
    let text = fs::read_to_string(page).unwrap();
    text.split("```").step_by(2).collect()
}

/// The names under which a page's headings are found: as they are shown on the web.
fn anchors(page: &Path) -> Vec<String> {
    let prose = prose(page);
    let headings = prose.lines().filter(|line| line.starts_with('#'));
    let anchor = |line: &str| {
        let title = line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        title.chars().filter(|c| c.is_alphanumeric() || "-_".contains(*c)).collect()
    };
    headings.map(anchor).collect()
}

/// What the links of a page lead to.
fn links(page: &Path) -> Vec<String> {
    let prose = prose(page);
    let targets = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.map(str::to_owned).collect()
}

#[test]
fn every_link_between_pages_leads_somewhere() {
    let mut checked = 0;
    for page in pages() {
        for link in links(&page) {
            if link.contains("://") {
                continue;
            }
            checked += 1;
            let (path, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = match path {
                "" => page.clone(),
                path => page.parent().unwrap().join(path),
            };
            assert!(target.exists(), "{}: {link} leads to nothing", page.display());
            let is_there = anchor.is_empty() || anchors(&target).iter().any(|found| found == anchor);
            assert!(is_there, "{}: {link} leads to no heading", page.display());
        }
    }
    assert!(checked > 50, "only {checked} links were found: are the pages elsewhere?");
}

#[test]
fn every_example_stands_in_the_table_of_the_examples() {
    let found = links(&root().join("examples/README.md"));
    let examples = examples();
    assert!(examples.len() > 10, "only {} examples were found: are they elsewhere?", examples.len());
    for example in examples {
        let name = example.file_name().unwrap().to_string_lossy();
        assert!(found.iter().any(|link| *link == name), "examples/README.md does not name {name}");
    }
}
