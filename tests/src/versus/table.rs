//! The table of what was found, in Markdown.

use crate::scenario::{Finding, Scenario};
use crate::sides::Side;

/// Rows of cells, the first row are the headings.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
    broken: Vec<String>,
    names: Vec<(&'static str, bool)>,
}

impl Table {
    pub(crate) fn new(sides: &[Side]) -> Self {
        let names: Vec<_> = sides.iter().map(|side| (side.name, side.is_ours)).collect();
        let mut headings = vec!["scenario".to_owned()];
        headings.extend(names.iter().flat_map(|(name, _)| [(*name).to_owned(), "s".to_owned()]));
        Self { rows: vec![headings], broken: Vec::new(), names }
    }

    /// Adds what a scenario found on each side, in their order.
    pub(crate) fn add(&mut self, scenario: &Scenario, found: &[Finding]) {
        let mut row = vec![format!("{} {}", scenario.name, scenario.says)];
        for (finding, (name, is_ours)) in found.iter().zip(&self.names) {
            row.push(finding.text.replace('|', "\\|").replace('\n', " "));
            row.push(finding.seconds.map_or_else(|| "-".to_owned(), |seconds| format!("{seconds:.3}")));
            if *is_ours && !finding.as_promised {
                self.broken.push(format!("{} ({name})", scenario.name));
            }
        }
        self.rows.push(row);
    }

    /// Prints it all.
    pub(crate) fn print(&self) {
        let mut rows = self.rows.iter();
        if let Some(headings) = rows.next() {
            println!("\n{}", line(headings));
            println!("{}", line(&headings.iter().map(|_| "---".to_owned()).collect::<Vec<_>>()));
        }
        rows.for_each(|row| println!("{}", line(row)));
    }

    /// Where one of ours was not as promised.
    pub(crate) fn broken(&self) -> &[String] {
        &self.broken
    }
}

fn line(cells: &[String]) -> String {
    format!("| {} |", cells.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::SCENARIOS;

    fn finding(as_promised: bool) -> Finding {
        Finding { text: "a|b".to_owned(), seconds: None, as_promised }
    }

    #[test]
    fn what_we_do_not_keep_is_broken_and_what_others_do_is_told() {
        let side = |name, is_ours| Side { name, is_ours, host: Vec::new(), plugin: Vec::new() };
        let mut table = Table::new(&[side("theirs", false), side("ours", true)]);
        table.add(&SCENARIOS[0], &[finding(false), finding(true)]);
        assert!(table.broken().is_empty());
        table.add(&SCENARIOS[1], &[finding(true), finding(false)]);
        assert_eq!(table.broken(), ["B2 (ours)"]);
        assert_eq!(table.rows[2][1..], ["a\\|b", "-", "a\\|b", "-"]);
    }
}
