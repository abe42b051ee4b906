//! What the command line asks for.

use std::time::Duration;

use crate::harness::Budget;
use crate::instructions::{Child, Effort};
use crate::shapes::Shape;

pub(crate) const USAGE: &str = "\
usage: bench-codec [--quick] [--only SHAPE] [--instructions | --no-instructions]

  --quick            fewer and shorter samples: a look, not a result
  --only SHAPE       Fixed, Status, Market, Batch, Status-tagged or Market-tagged
  --instructions     count instructions over ten times as many messages, and wait for it
  --no-instructions  times only; without valgrind this is what you get anyway";

pub(crate) enum Order {
    Help,
    Measure(Options),
    /// This process runs under valgrind, for one count.
    Child(Child),
}

pub(crate) struct Options {
    pub(crate) only: Option<Shape>,
    pub(crate) budget: Budget,
    pub(crate) instructions: Option<Effort>,
}

pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Order, String> {
    let mut options = Options { only: None, budget: FULL, instructions: Some(Effort::Brief) };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--help" | "-h" => return Ok(Order::Help),
            "--quick" => options.budget = QUICK,
            "--only" => options.only = Some(Shape::from_name(&value()?)?),
            "--instructions" => options.instructions = Some(Effort::Thorough),
            "--no-instructions" => options.instructions = None,
            Child::FLAG => return Ok(Order::Child(Child::parse(&value()?)?)),
            other => return Err(format!("`{other}` is no option")),
        }
    }
    Ok(Order::Measure(options))
}

/// A sample long enough that the clock and one interrupt do not show in it, and an odd number of them for the median.
const FULL: Budget = Budget { sample: Duration::from_millis(20), samples: 15 };

const QUICK: Budget = Budget { sample: Duration::from_millis(4), samples: 7 };

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Order, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn a_shape_is_found_whatever_its_case() {
        let Ok(Order::Measure(options)) = parsed("--quick --only market-TAGGED") else { panic!("refused") };
        assert_eq!(options.only, Some(Shape::MarketTagged));
        assert_eq!(options.budget.samples, QUICK.samples);
    }

    #[test]
    fn what_is_unknown_or_incomplete_is_refused() {
        for line in ["--fast", "--only", "--only Square", "Market"] {
            assert!(parsed(line).is_err(), "{line}");
        }
    }
}
