//! Every way in which a start fails, with its whole text: it is read by somebody who did not write it.

use std::os::unix::process::ExitStatusExt;

use rustix::io::Errno;

use super::*;

/// The number of a variant: a new one has no place here until it has a text below.
const fn number(error: &StartError) -> usize {
    match error {
        StartError::Spawn { .. } => 0,
        StartError::Runner { .. } => 1,
        StartError::UncheckedRunner => 2,
        StartError::Unread { .. } => 3,
        StartError::Checksum { .. } => 4,
        StartError::NoVersion => 5,
        StartError::Prepare(_) => 6,
        StartError::Exited { .. } => 7,
        StartError::ExitedConnecting { .. } => 8,
        StartError::Timeout { .. } => 9,
        StartError::Output { .. } => 10,
        StartError::Handshake { .. } => 11,
        StartError::Unreachable { .. } => 12,
        StartError::Connect { .. } => 13,
        StartError::ConnectTimeout { .. } => 14,
        StartError::Protocol { .. } => 15,
        StartError::NoBinaryWire { .. } => 16,
        StartError::NotReady { .. } => 17,
    }
}

fn program() -> PathBuf {
    PathBuf::from("/opt/plugin")
}

fn reason() -> io::Error {
    io::Error::other("the reason")
}

fn address() -> Address {
    Address::Unix("/run/socket".into())
}

/// Of a plugin that has said something.
fn said() -> Diagnosis {
    Diagnosis::new(vec!["the last line".to_owned()]).of(&program(), false)
}

/// What a text ends with of which `diagnosis` is a part.
const SAID: &str = "; the standard error of /opt/plugin ends with:\n  the last line";

fn of_the_program() -> Vec<(StartError, &'static str)> {
    let (program, source) = (program(), reason());
    let digest = |byte| Checksum::sha256([byte; 32]);
    vec![
        (
            StartError::Spawn { program: program.clone(), cause: SpawnCause::Missing, source },
            "failed to start /opt/plugin: there is no such file; is the path right, and the plugin installed? (the reason)",
        ),
        (
            StartError::Runner { program: program.clone(), source: reason() },
            "the runner failed to start /opt/plugin: the reason; see what it needs",
        ),
        (
            StartError::UncheckedRunner,
            "a checksum cannot be held against what a runner starts; have the runner look at it, and do not call `checksum`",
        ),
        (
            StartError::Unread { program: program.clone(), source: reason() },
            "failed to read /opt/plugin for its checksum: the reason; is the path right?",
        ),
        (
            StartError::Checksum { program, expected: digest(0x11), found: digest(0x22) },
            "/opt/plugin is not the program that this host knows: its checksum is sha256:2222222222222222222222222222222222222222222222222222222222222222, expected sha256:1111111111111111111111111111111111111111111111111111111111111111; install that program, or say the checksum of this one",
        ),
        (StartError::NoVersion, "no protocol version is offered; call `protocol_versions` with at least one"),
        (
            StartError::Prepare(TransportError::UnknownGroup { group: "staff".to_owned() }),
            "this system knows no group `staff`; name one that `getent group` shows, or give its number",
        ),
    ]
}

fn of_its_first_words() -> Vec<(StartError, &'static str)> {
    let limit = Duration::from_secs(60);
    let exited =
        |end, status| StartError::Exited { end, status, printed: "hello\n".to_owned(), diagnosis: said() };
    vec![
        (
            exited(EarlyEnd::Exited, Some(ExitStatus::from_raw(3 << 8))),
            "the plugin ended (exit status: 3) before the handshake and printed `hello`; a plugin runs until its host ends it: see what it said, and whether it is the right program with the right arguments",
        ),
        (
            exited(EarlyEnd::OutputClosed, None),
            "the plugin closed its standard output before the handshake and printed `hello`; a plugin keeps its standard output open until its handshake line is there",
        ),
        (
            StartError::ExitedConnecting {
                status: ExitStatus::from_raw(9),
                address: address(),
                diagnosis: said(),
            },
            "the plugin was ended by a signal: 9 (SIGKILL) behind its handshake line, before it had answered on unix /run/socket; see what it said",
        ),
        (
            StartError::Timeout { limit, printed: String::new(), diagnosis: said() },
            "the plugin printed no handshake line within 60s; is it a plugin, and does it need more time (`start_timeout`)?",
        ),
        (
            StartError::Output { source: reason(), diagnosis: said() },
            "failed to read the plugin's standard output: the reason; see what it said, and start it again",
        ),
        (
            StartError::Handshake { source: HandshakeError::MissingCertificate, diagnosis: said() },
            "the handshake failed: this host asked for mutual TLS and the plugin announced no certificate; update the plugin, or allow plaintext with `Security::Plaintext`",
        ),
    ]
}

fn of_its_connection() -> Vec<(StartError, &'static str)> {
    let limit = Duration::from_secs(10);
    vec![
        (
            StartError::Unreachable { address: address(), source: reason(), diagnosis: said() },
            "the plugin says that it listens at unix /run/socket, which is not reached from here: the reason; have the runner translate it",
        ),
        (
            StartError::Connect {
                source: TransportError::Connect { address: address(), source: reason() },
                diagnosis: said(),
            },
            "failed to connect to unix /run/socket: the reason; the plugin may have ended or never listened",
        ),
        (
            StartError::ConnectTimeout { limit, diagnosis: said() },
            "the plugin did not open the connection within 10s; it may be busy or stopped",
        ),
        (
            StartError::Protocol { source: Box::new(reason()), diagnosis: said() },
            "the plugin did not open a connection for calls: the reason; it may speak something else, or expect another security than this host",
        ),
        (
            StartError::NoBinaryWire { diagnosis: said() },
            "the plugin does not speak the binary wire, which this host wants alone; build the plugin with a current version of this crate, or let both agree with `Wire::Auto`",
        ),
        (
            StartError::NotReady { status: Status::unavailable("no database"), diagnosis: said() },
            "the plugin is not ready: UNAVAILABLE `no database`; see what it lacks, and have it listen when it can serve",
        ),
    ]
}

#[test]
fn every_error_of_a_start_says_what_is_wrong_and_what_to_do() {
    let without = of_the_program().into_iter().map(|(error, text)| (error, text.to_owned()));
    let with = of_its_first_words().into_iter().chain(of_its_connection());
    let with = with.map(|(error, text)| {
        // A question needs no other mark behind it.
        let rest = if text.ends_with('?') { SAID.replacen(';', "", 1) } else { SAID.to_owned() };
        (error, format!("{text}{rest}"))
    });
    let (mut seen, mut others) = (Vec::new(), Vec::new());
    for (error, text) in without.chain(with) {
        // Its `Debug` is what a `main` prints that returns it.
        if [error.to_string(), format!("{error:?}")] != [&*text, &*text] {
            others.push(format!("{error}\ninstead of\n{text}"));
        }
        seen.push(number(&error));
    }
    assert!(others.is_empty(), "{}", others.join("\n\n"));
    seen.dedup();
    assert_eq!(seen, (0..18).collect::<Vec<_>>());
}

#[test]
fn a_system_that_lacks_something_is_told_by_its_own_number() {
    for (errno, cause) in [
        (Errno::NOMEM, SpawnCause::OutOfMemory),
        (Errno::AGAIN, SpawnCause::TooManyProcesses),
        (Errno::MFILE, SpawnCause::TooManyDescriptors),
        (Errno::NFILE, SpawnCause::TooManyDescriptors),
        (Errno::TXTBSY, SpawnCause::Busy),
    ] {
        let found = SpawnCause::of(&errno.into(), &program(), None);
        assert_eq!(found, cause, "{errno}");
        let error = StartError::Spawn { program: program(), cause: found, source: errno.into() };
        assert!(error.is_temporary(), "{error}");
    }
    let too_long = SpawnCause::of(&Errno::TOOBIG.into(), &program(), None);
    assert_eq!((too_long.is_temporary(), too_long), (false, SpawnCause::TooLong));
}
