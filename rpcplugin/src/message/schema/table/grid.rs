//! Columns of text.

/// Lines of cells, the first of which are the headings.
#[derive(Debug)]
pub(super) struct Grid<const COLUMNS: usize> {
    lines: Vec<[String; COLUMNS]>,
}

impl<const COLUMNS: usize> Grid<COLUMNS> {
    pub(super) fn new(headings: [&str; COLUMNS]) -> Self {
        Self { lines: vec![headings.map(str::to_owned)] }
    }

    pub(super) fn add(&mut self, line: [String; COLUMNS]) {
        self.lines.push(line);
    }

    /// The lines with their columns aligned; nothing, if there is nothing but headings.
    pub(super) fn to_text(&self) -> String {
        if self.lines.len() < 2 {
            return String::new();
        }
        let mut widths = [0; COLUMNS];
        for line in &self.lines {
            for (width, cell) in widths.iter_mut().zip(line) {
                *width = cell.chars().count().max(*width);
            }
        }
        let mut text = String::new();
        for line in &self.lines {
            let cells = line.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
            text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
            text.push('\n');
        }
        text
    }
}
