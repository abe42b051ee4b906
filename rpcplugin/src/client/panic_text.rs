//! What a crash says of itself on standard error, in the languages that plugins are written in.

use crate::limits::PANIC_CHARACTERS_MAX;
use crate::quote::printable;

/// The panic, or what another language has for it, that came last; in one line, escaped and cut.
pub(super) fn find(stderr: &str) -> Option<String> {
    let lines: Vec<&str> = stderr.lines().collect();
    let found = (0..lines.len()).rev().find_map(|at| {
        let (line, behind) = lines.get(at..)?.split_first()?;
        begins(line, behind)
    })?;
    Some(found.chars().take(PANIC_CHARACTERS_MAX).flat_map(printable).collect())
}

/// What is said from this line on, if it is the first of a crash.
fn begins(line: &str, behind: &[&str]) -> Option<String> {
    let is_of_go = line.starts_with("panic: ") || line.starts_with("fatal error: ");
    let is_of_java = line.starts_with("Exception in thread ");
    if is_of_go || is_of_java {
        return Some(line.to_owned());
    }
    if line.starts_with("thread '") && line.contains(" panicked at ") {
        // The place, and in the next line why.
        let why = behind.first().filter(|_| line.ends_with(':'));
        return Some(why.map_or_else(|| line.to_owned(), |why| format!("{line} {why}")));
    }
    if line.starts_with("Traceback (most recent call last)") {
        // Behind the places, which are further in.
        let error = behind.iter().find(|line| !line.is_empty() && !line.starts_with(' '));
        return Some(error.map_or_else(|| line.to_owned(), |error| (*error).to_owned()));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_is_found_in_the_words_of_its_language() {
        let cases = [
            (
                "panic: boom\n\ngoroutine 1 [running]:\nmain.main()\n\t/x.go:3 +0x1\nexit status 2\n",
                "panic: boom",
            ),
            ("panic: first\n\tpanic: second\n\ngoroutine 1:\n", "panic: first"),
            (
                "fatal error: all goroutines are asleep - deadlock!\n",
                "fatal error: all goroutines are asleep - deadlock!",
            ),
            (
                "thread 'main' (7) panicked at src/main.rs:4:5:\nno table\nnote: run with\n",
                "thread 'main' (7) panicked at src/main.rs:4:5: no table",
            ),
            ("thread 'main' panicked at src/main.rs:4:5:", "thread 'main' panicked at src/main.rs:4:5:"),
            (
                "thread 'main' panicked at 'old', src/main.rs:4:5\nnote: run",
                "thread 'main' panicked at 'old', src/main.rs:4:5",
            ),
            (
                "Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\n    1/0\nZeroDivisionError: division by zero\n",
                "ZeroDivisionError: division by zero",
            ),
            (
                "Traceback (most recent call last):\n  File \"a.py\"\nKeyError: 1\n\nDuring handling:\n\nTraceback (most recent call last):\n  File \"b.py\"\nValueError: 2\n",
                "ValueError: 2",
            ),
            (
                "Exception in thread \"main\" java.lang.Error: no\n\tat A.main(A.java:3)\n",
                "Exception in thread \"main\" java.lang.Error: no",
            ),
            ("panic: \u{1b}[31mred\n", "panic: \\u{1b}[31mred"),
        ];
        for (stderr, expected) in cases {
            assert_eq!(find(stderr).as_deref(), Some(expected));
            // A line that is not whole may go on in the next.
            if stderr.ends_with('\n') {
                assert_eq!(find(&format!("before\n{stderr}after")).as_deref(), Some(expected));
            }
        }
        for nothing in ["", "do not panic: all is well\n", "a log\n  panic: within\n", "thread 'x' is well\n"]
        {
            assert_eq!(find(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_crash_that_says_much_is_cut() {
        let found = find(&format!("panic: {}", "x".repeat(100_000))).unwrap();
        assert_eq!(found.len(), PANIC_CHARACTERS_MAX);
    }
}
