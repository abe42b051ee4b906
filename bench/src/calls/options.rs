//! What the command line of a benchmark of calls asks for.

use std::path::PathBuf;
use std::time::Duration;

use super::{Budget, Case, Peer, Place, Program};

/// What is printed on request, and behind a mistake.
#[must_use]
pub(super) fn usage(program: &str) -> String {
    format!(
        "\
usage: {program} [--quick] [--only WORDS] [--no-times] [--no-instructions] [--profile DIRECTORY]

  --quick              few and short samples: it only shows that everything works
  --only WORDS         the rows whose name has all of the words in it: \"unix/current unary/32\"
  --no-times           counts only
  --no-instructions    times only; without valgrind this is what you get anyway
  --profile DIRECTORY  keeps what callgrind says of every case there, for callgrind_annotate"
    )
}

/// What a process of the benchmark is for.
#[derive(Debug)]
pub enum Order<P> {
    /// It says how it is used.
    Help,
    /// It measures.
    Measure(Options),
    /// It is a server.
    Serve(P, Place, PathBuf),
    /// It is a client under valgrind.
    Count(Case<P>, PathBuf),
}

/// What is measured, and how thoroughly.
#[derive(Debug)]
pub struct Options {
    only: Vec<String>,
    /// For each row.
    pub budget: Budget,
    /// Whether times are measured.
    pub times: bool,
    /// Whether valgrind counts.
    pub instructions: bool,
    /// Where its profiles stay.
    pub profiles: Option<PathBuf>,
}

impl Options {
    /// Whether the row with this name is asked for.
    #[must_use]
    pub fn wants(&self, row: &str) -> bool {
        self.only.iter().all(|word| row.contains(word))
    }
}

/// Reads the arguments.
pub(super) fn parse<P: Peer>(mut arguments: impl Iterator<Item = String>) -> Result<Order<P>, String> {
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
            flag if flag == Case::<P>::FLAG => {
                return Ok(Order::Count(Case::parse(&value()?)?, value()?.into()));
            }
            Program::FLAG => {
                let (peer, place) = server(&value()?)?;
                return Ok(Order::Serve(peer, place, value()?.into()));
            }
            other => return Err(format!("`{other}` is no option")),
        }
    }
    Ok(Order::Measure(options))
}

fn server<P: Peer>(line: &str) -> Result<(P, Place), String> {
    line.split_once('/')
        .and_then(|(peer, place)| Some((P::named(peer)?, Place::parse(place)?)))
        .ok_or_else(|| format!("{} takes PEER/TRANSPORT/RUNTIME, not `{line}`", Program::FLAG))
}

/// A sample of some thousand calls, and an odd number of them for the median.
const FULL: Budget = Budget { sample: Duration::from_millis(150), rounds: 7 };

const QUICK: Budget = Budget { sample: Duration::from_millis(2), rounds: 1 };

#[cfg(test)]
pub(super) mod tests {
    use std::path::Path;

    use super::*;
    use crate::calls::{Fault, Station};

    /// A peer that is never met.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub(in crate::calls) struct Somebody;

    impl Peer for Somebody {
        fn all() -> Vec<Self> {
            vec![Self]
        }

        fn name(self) -> &'static str {
            "somebody"
        }

        async fn serve(self, _place: Place, _directory: &Path) -> Result<(), Fault> {
            Err("nobody is there".into())
        }

        async fn start(
            self,
            _program: &Program,
            _place: Place,
            _directory: &Path,
        ) -> Result<Box<dyn Station>, Fault> {
            Err("nobody is there".into())
        }
    }

    fn parsed(line: &str) -> Result<Order<Somebody>, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn rows_are_chosen_by_all_words_of_their_name() {
        let words = ["--only", "unix/current unary/32"].map(str::to_owned);
        let Ok(Order::<Somebody>::Measure(options)) = parse(words.into_iter()) else { panic!("refused") };
        assert!(options.wants("unix/current-thread unary/32"));
        assert!(!options.wants("unix/current-thread unary-stream/32"));
        assert!(!options.wants("unix/multi-thread unary/32"));
    }

    #[test]
    fn a_server_understands_what_it_is_told() {
        let program = Program::server(Somebody, Place::all().last().unwrap(), "/d".as_ref(), None).unwrap();
        let line: Vec<String> =
            program.arguments.iter().map(|word| word.to_str().unwrap().to_owned()).collect();
        let Ok(Order::Serve(Somebody, place, _)) = parse(line.into_iter()) else { panic!("refused") };
        assert_eq!(Some(place), Place::all().last());
    }

    #[test]
    fn what_is_unknown_or_incomplete_is_refused() {
        for line in ["--fast", "--only", "--profile", "unary", "--serve tonic/unix", "--count x /d"] {
            assert!(parsed(line).is_err(), "{line}");
        }
    }
}
