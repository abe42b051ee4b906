use std::fmt;

/// The way from a message to one of its values, `a.b[3].c`.
///
/// It is put together only when something went wrong, from the inside out, while the error returns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct FieldPath {
    inside_out: Vec<Step>,
}

impl FieldPath {
    pub(super) fn in_field(&mut self, name: &'static str) {
        self.inside_out.push(Step::Field(name));
    }

    pub(super) fn in_item(&mut self, index: usize) {
        self.inside_out.push(Step::Item(index));
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.inside_out.iter().rev().enumerate() {
            match step {
                Step::Field(name) if position == 0 => formatter.write_str(name)?,
                Step::Field(name) => write!(formatter, ".{name}")?,
                Step::Item(index) => write!(formatter, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Field(&'static str),
    Item(usize),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_from_the_outside_in() {
        let mut path = FieldPath::default();
        assert_eq!(path.to_string(), "");
        path.in_field("c");
        path.in_item(3);
        path.in_field("b");
        path.in_field("a");
        assert_eq!(path.to_string(), "a.b[3].c");
    }
}
