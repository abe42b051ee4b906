//! What was found, as a table: a row for each case, a column for each role and transport.

use std::collections::BTreeMap;
use std::fmt::Write;

use rpcplugin_tests::conformance::Case;

use crate::support::say;

/// What became of each case that was run, by its name.
pub(super) type Outcomes = BTreeMap<String, Result<(), String>>;

/// The outcomes of one role over one transport.
pub(super) struct Column {
    role: &'static str,
    way: &'static str,
    outcomes: Outcomes,
}

impl Column {
    pub(super) const fn new(role: &'static str, way: &'static str, outcomes: Outcomes) -> Self {
        Self { role, way, outcomes }
    }

    fn cell(&self, case: &Case) -> &'static str {
        match (case.pending, self.outcomes.get(case.name)) {
            (Some(_), _) => "pending",
            (None, Some(Ok(()))) => "ok",
            (None, Some(Err(_))) => "FAILED",
            (None, None) => "MISSING",
        }
    }

    fn fault(&self, case: &Case) -> Option<String> {
        let reason = match (case.pending, self.outcomes.get(case.name)) {
            (Some(_), _) | (None, Some(Ok(()))) => return None,
            (None, Some(Err(reason))) => reason,
            (None, None) => "it was not run",
        };
        Some(format!("{}, {}, {}: {reason}", case.name, self.role, self.way))
    }
}

pub(super) struct Table {
    cases: &'static [Case],
    columns: Vec<Column>,
}

impl Table {
    pub(super) const fn new(cases: &'static [Case], columns: Vec<Column>) -> Self {
        Self { cases, columns }
    }

    /// What does not hold, a line each.
    pub(super) fn faults(&self) -> Vec<String> {
        let columns = self.columns.iter();
        columns.flat_map(|column| self.cases.iter().filter_map(|case| column.fault(case))).collect()
    }

    /// Prints the table past the capture of the test runner: a case that is pending must be seen to be so.
    pub(super) fn print(&self) {
        say(&self.text());
    }

    fn text(&self) -> String {
        let mut text = format!("\n{:29}", "gRPC's cases opposite grpcio");
        for column in &self.columns {
            let _ = write!(text, "{:12}", column.role);
        }
        let _ = write!(text, "\n{:29}", "");
        for column in &self.columns {
            let _ = write!(text, "{:12}", column.way);
        }
        for case in self.cases {
            let _ = write!(text, "\n{:29}", case.name);
            for column in &self.columns {
                let _ = write!(text, "{:12}", column.cell(case));
            }
            text.push_str(case.pending.unwrap_or_default());
        }
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: [Case; 3] = [
        Case { name: "held", pending: None },
        Case { name: "broken", pending: None },
        Case { name: "later", pending: Some("not offered") },
    ];

    fn table(outcomes: impl IntoIterator<Item = (&'static str, Result<(), String>)>) -> Table {
        let outcomes = outcomes.into_iter().map(|(name, outcome)| (name.to_owned(), outcome)).collect();
        Table::new(&CASES, vec![Column::new("client", "unix", outcomes)])
    }

    #[test]
    fn a_case_that_failed_or_was_not_run_is_a_fault() {
        let faults = table([("held", Ok(())), ("broken", Err("no".to_owned()))]).faults();
        assert_eq!(faults, ["broken, client, unix: no"]);
        assert_eq!(table([("held", Ok(()))]).faults(), ["broken, client, unix: it was not run"]);
    }

    #[test]
    fn a_case_that_is_pending_is_seen_with_its_reason() {
        let text = table([("held", Ok(()))]).text();
        assert!(
            text.lines().any(|line| line.starts_with("later") && line.ends_with("pending     not offered"))
        );
        assert!(text.contains("MISSING"));
    }
}
