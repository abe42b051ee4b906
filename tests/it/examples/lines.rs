//! What a command printed beside what a README shows: in the order of what each says, as far as there is one.

use std::collections::{BTreeMap, BTreeSet};

/// What the plugin of `kv` says beside its log, which is not marked as a line of the log is.
const OUTPUTS: [&str; 2] = ["a line for standard output", "a line for standard error"];

/// The lines by the way that they came. Those of one way have an order; how those of two lie among each other is chance.
type Ways<'a> = BTreeMap<Option<&'a str>, Vec<&'a str>>;

/// Where what was printed is not what is shown. Of the standard error the lines of plugins are compared, for there cargo writes
/// as well; of the standard output all of them.
pub(super) fn difference(shown: &[String], output: &str, errors: &str) -> Option<String> {
    let errors = errors.lines().filter(|line| way(line).is_some());
    let (shown, printed) = (ways(shown.iter().map(String::as_str)), ways(output.lines().chain(errors)));
    let all: BTreeSet<_> = shown.keys().chain(printed.keys()).collect();
    all.into_iter().find_map(|way| {
        difference_of_a_way(
            shown.get(way).into_iter().flatten().copied(),
            printed.get(way).into_iter().flatten().copied(),
        )
    })
}

fn difference_of_a_way<'a>(
    mut shown: impl Iterator<Item = &'a str>,
    mut printed: impl Iterator<Item = &'a str>,
) -> Option<String> {
    loop {
        match (shown.next(), printed.next()) {
            (None, None) => return None,
            (Some(line), Some(other)) if is_meant(line, other) => {}
            (Some(line), Some(other)) => {
                return Some(format!("prints `{other}` where the README shows `{line}`"));
            }
            (Some(line), None) => return Some(format!("does not print what the README shows, `{line}`")),
            (None, Some(other)) => return Some(format!("prints what the README does not show, `{other}`")),
        }
    }
}

fn ways<'a>(lines: impl Iterator<Item = &'a str>) -> Ways<'a> {
    let mut ways = Ways::new();
    for line in lines.filter(|line| !line.is_empty()) {
        ways.entry(way(line)).or_default().push(line);
    }
    ways
}

/// By which way a line comes: what is no plugin's, the host prints itself.
fn way(line: &str) -> Option<&str> {
    let log = line.split_once(" plugin=").map(|(_, plugin)| plugin);
    log.or_else(|| OUTPUTS.into_iter().find(|output| line.contains(output)))
}

/// Whether a line is the one of the README, where `n` stands for a number that is another in each run.
fn is_meant(shown: &str, printed: &str) -> bool {
    let (mut shown, mut printed) = (shown.split_whitespace(), printed.split_whitespace());
    loop {
        match (shown.next(), printed.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if one == other => {}
            (Some("n"), Some(number)) if number.parse::<f64>().is_ok() => {}
            _ => return false,
        }
    }
}

#[test]
fn a_number_may_be_another_one() {
    assert!(is_meant("n  lines", "3 lines") && is_meant("n ms", "0.5 ms"));
    assert!(!is_meant("n lines", "three lines") && !is_meant("n lines", "3 lines more"));
}

#[test]
fn the_lines_of_each_way_have_an_order_and_no_other() {
    let holds = |shown: &str, output: &str, errors: &str| {
        let shown: Vec<_> = shown.lines().map(str::to_owned).collect();
        difference(&shown, output, errors).is_none()
    };
    assert!(holds("one\ntwo", "one\n\ntwo\n", ""));
    for other in ["two\none", "one", "one\ntwo\nthree", "one\none\ntwo", ""] {
        assert!(!holds("one\ntwo", other, ""), "{other}");
    }
    let (output, errors) = ("a plugin=p\none\nc plugin=q\ntwo", "b plugin=p\na line for standard error");
    let shown = [
        "one\ntwo\na plugin=p\nb plugin=p\nc plugin=q\na line for standard error",
        "a line for standard error\nc plugin=q\na plugin=p\nb plugin=p\none\ntwo",
    ];
    for shown in shown {
        assert!(holds(shown, output, errors), "{shown}");
        for (missing, _) in shown.match_indices('\n') {
            assert!(!holds(&shown[..missing], output, errors), "{}", &shown[..missing]);
        }
    }
    assert!(!holds(
        "b plugin=p\na plugin=p\none\ntwo\nc plugin=q\na line for standard error",
        output,
        errors
    ));
    // What cargo says of a build is not in a README.
    assert!(holds("one", "one", "   Compiling one"));
}
