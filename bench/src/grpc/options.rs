//! What the command line asks for.

use std::path::PathBuf;
use std::time::Duration;

use crate::harness::Budget;
use crate::instructions::Case;
use crate::peers::Peer;
use crate::place::Place;
use crate::processes::Program;

pub(crate) const USAGE: &str = "\
usage: bench-grpc [--quick] [--only WORDS] [--no-times] [--no-instructions] [--profile DIRECTORY]

  --quick              few and short samples: it only shows that everything works
  --only WORDS         the rows whose name has all of the words in it: \"unix/current unary/32\"
  --no-times           instructions only
  --no-instructions    times only; without valgrind this is what you get anyway
  --profile DIRECTORY  keeps what callgrind says of every case there, for callgrind_annotate";

pub(crate) enum Order {
    Help,
    Measure(Options),
    /// This process is a server.
    Serve(Peer, Place, PathBuf),
    /// This process is a client under valgrind.
    Count(Case, PathBuf),
}

pub(crate) struct Options {
    only: Vec<String>,
    pub(crate) budget: Budget,
    pub(crate) times: bool,
    pub(crate) instructions: bool,
    pub(crate) profiles: Option<PathBuf>,
}

impl Options {
    /// Whether the row with this name is asked for.
    pub(crate) fn wants(&self, row: &str) -> bool {
        self.only.iter().all(|word| row.contains(word))
    }
}

pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Order, String> {
    let mut options =
        Options { only: Vec::new(), budget: FULL, times: true, instructions: true, profiles: None };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--help" | "-h" => return Ok(Order::Help),
            "--quick" => options.budget = QUICK,
            "--only" => options.only = value()?.split_whitespace().map(str::to_owned).collect(),
            "--no-times" => options.times = false,
            "--no-instructions" => options.instructions = false,
            "--profile" => options.profiles = Some(value()?.into()),
            Case::FLAG => return Ok(Order::Count(Case::parse(&value()?)?, value()?.into())),
            Program::FLAG => {
                let (peer, place) = server(&value()?)?;
                return Ok(Order::Serve(peer, place, value()?.into()));
            }
            other => return Err(format!("`{other}` is no option")),
        }
    }
    Ok(Order::Measure(options))
}

fn server(line: &str) -> Result<(Peer, Place), String> {
    line.split_once('/')
        .and_then(|(peer, place)| Some((Peer::parse(peer)?, Place::parse(place)?)))
        .ok_or_else(|| format!("{} takes PEER/TRANSPORT/RUNTIME, not `{line}`", Program::FLAG))
}

/// A sample of some thousand calls, and an odd number of them for the median.
const FULL: Budget = Budget { sample: Duration::from_millis(150), rounds: 7 };

const QUICK: Budget = Budget { sample: Duration::from_millis(2), rounds: 1 };

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Order, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn rows_are_chosen_by_all_words_of_their_name() {
        let words = ["--only", "unix/current unary/32"].map(str::to_owned);
        let Ok(Order::Measure(options)) = parse(words.into_iter()) else { panic!("refused") };
        assert!(options.wants("unix/current-thread unary/32"));
        assert!(!options.wants("unix/current-thread unary-stream/32"));
        assert!(!options.wants("unix/multi-thread unary/32"));
    }

    #[test]
    fn a_server_understands_what_it_is_told() {
        let program =
            Program::server(Peer::Ours, Place::all().last().unwrap(), "/d".as_ref(), false).unwrap();
        let line: Vec<String> =
            program.arguments.iter().map(|word| word.to_str().unwrap().to_owned()).collect();
        let Ok(Order::Serve(Peer::Ours, place, _)) = parse(line.into_iter()) else { panic!("refused") };
        assert_eq!(Some(place), Place::all().last());
    }

    #[test]
    fn what_is_unknown_or_incomplete_is_refused() {
        for line in ["--fast", "--only", "--profile", "unary", "--serve tonic/unix", "--count x /d"] {
            assert!(parsed(line).is_err(), "{line}");
        }
    }
}
