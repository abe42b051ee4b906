use std::time::Duration;

/// How long, with how many, and in which order.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub(super) time: Duration,
    pub(super) plugins: usize,
    /// Between two calls of one caller.
    pub(super) pause: Duration,
    pub(super) seed: u64,
}

impl Options {
    /// How the program is used.
    pub const USAGE: &str =
        "soak [--minutes 10] [--plugins 100] [--pause-ms 50] [--seed 1]; minutes may be a fraction";

    /// Reads the arguments.
    ///
    /// # Errors
    ///
    /// Which one is wrong.
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options =
            Self { time: Duration::from_secs(600), plugins: 100, pause: Duration::from_millis(50), seed: 1 };
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("`{name}` has no value"))?;
            let wrong = || format!("`{value}` is no value of `{name}`");
            match name.as_str() {
                "--minutes" => {
                    let minutes: f64 = value.parse().map_err(|_| wrong())?;
                    options.time = Duration::try_from_secs_f64(minutes * 60.0).map_err(|_| wrong())?;
                }
                "--plugins" => {
                    options.plugins = value.parse().ok().filter(|count| *count > 0).ok_or_else(wrong)?
                }
                "--pause-ms" => options.pause = Duration::from_millis(value.parse().map_err(|_| wrong())?),
                "--seed" => options.seed = value.parse().map_err(|_| wrong())?,
                _ => return Err(format!("there is no option `{name}`")),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Options, String> {
        Options::parse(text.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn minutes_may_be_a_fraction_and_nonsense_is_named() {
        let options = parse("--minutes 0.5 --plugins 7").unwrap();
        assert_eq!((options.time, options.plugins), (Duration::from_secs(30), 7));
        assert_eq!(parse("").unwrap().time, Duration::from_secs(600));
        for wrong in ["--minutes -1", "--minutes many", "--plugins 0", "--seed", "--hours 1"] {
            parse(wrong).unwrap_err();
        }
    }
}
