//! A time as people write it: `5s`.

use std::fmt;
use std::time::Duration;

use syn::parse::{Parse, ParseStream};
use syn::{Error, Expr, Lit, Result};

/// The value of `timeout = "5s"`.
pub(super) struct Timeout(pub(super) Duration);

impl Parse for Timeout {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if !input.peek(Lit) {
            // The whole of it, or what stands behind would be another mistake.
            let written: Expr = input.parse()?;
            return Err(Error::new_spanned(written, TimeoutError::NoText));
        }
        let literal: Lit = input.parse()?;
        let read = match &literal {
            Lit::Str(text) => parse(&text.value()),
            Lit::Int(number) if number.suffix().is_empty() => Err(TimeoutError::NoUnit),
            _ => Err(TimeoutError::NoText),
        };
        read.map(Self).map_err(|error| Error::new(literal.span(), error))
    }
}

/// Why a text is no time that a call can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeoutError {
    /// No text at all.
    NoText,
    /// A number alone.
    NoUnit,
    /// No whole number before the unit.
    NoNumber,
    /// Another unit than the four.
    UnknownUnit,
    /// No time at all.
    Zero,
    /// More than can be counted.
    TooLong,
}

impl fmt::Display for TimeoutError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NoText => "a time is written out, as a text",
            Self::NoUnit => "a time has a unit, one of `ms`, `s`, `m`, `h`",
            Self::NoNumber => "a time is one whole number and one unit, `1500ms` rather than `1.5s`",
            Self::UnknownUnit => "the unit of a time is one of `ms`, `s`, `m`, `h`",
            Self::Zero => "no call is over at once",
            Self::TooLong => "a century is enough for every call",
        })
    }
}

/// A century. gRPC could send more, but nobody waits for it: who writes it has mistaken the unit.
const HOURS_MAX: u64 = 24 * 365 * 100;

fn parse(text: &str) -> std::result::Result<Duration, TimeoutError> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits).ok_or(TimeoutError::NoNumber)?;
    if number.is_empty() || unit.contains(|letter: char| letter.is_ascii_digit() || letter == '.') {
        return Err(TimeoutError::NoNumber);
    }
    let milliseconds_each: u64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "" => return Err(TimeoutError::NoUnit),
        _ => return Err(TimeoutError::UnknownUnit),
    };
    let number: u64 = number.parse().map_err(|_| TimeoutError::TooLong)?;
    match number.checked_mul(milliseconds_each) {
        Some(0) => Err(TimeoutError::Zero),
        Some(milliseconds) if milliseconds <= HOURS_MAX * 3_600_000 => {
            Ok(Duration::from_millis(milliseconds))
        }
        _ => Err(TimeoutError::TooLong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_number_and_one_of_four_units() {
        let milliseconds = |text| parse(text).map(|time| time.as_millis());
        assert_eq!(milliseconds("1ms"), Ok(1));
        assert_eq!(milliseconds("5s"), Ok(5_000));
        assert_eq!(milliseconds("90m"), Ok(5_400_000));
        assert_eq!(milliseconds("2h"), Ok(7_200_000));
        assert_eq!(milliseconds("876000h"), Ok(3_153_600_000_000));
    }

    #[test]
    fn each_mistake_has_its_error() {
        for (text, error) in [
            ("", TimeoutError::NoNumber),
            ("s", TimeoutError::NoNumber),
            ("-5s", TimeoutError::NoNumber),
            ("1.5s", TimeoutError::NoNumber),
            ("1m30s", TimeoutError::NoNumber),
            ("\u{b2}s", TimeoutError::NoNumber),
            ("5", TimeoutError::NoUnit),
            ("5 s", TimeoutError::UnknownUnit),
            ("5S", TimeoutError::UnknownUnit),
            ("5us", TimeoutError::UnknownUnit),
            ("5d", TimeoutError::UnknownUnit),
            ("0s", TimeoutError::Zero),
            ("876001h", TimeoutError::TooLong),
            ("18446744073709551615h", TimeoutError::TooLong),
            ("99999999999999999999s", TimeoutError::TooLong),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
    }
}
