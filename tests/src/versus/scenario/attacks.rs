//! Plugins that say what they should not, and somebody who stands beside.

use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rpcplugin::Checksum;

use super::{Finding, shell, steps};
use crate::driver::{Orders, Outcome, Place};
use crate::observe::{Meanwhile, connects_to, has_variable, mode, standard_input};
use crate::sides::Side;

pub(super) fn certificate(side: &Side, _quick: bool) -> Finding {
    let place = Place::new();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = STANDARD_NO_PAD.encode(made.cert.der());
    let plugin = Some(shell(&format!("echo '1|1|unix|/tmp/nobody|grpc|{certificate}'; exec sleep 600")));
    let mut host = place.start(side, Orders { steps: "start", plugin, plaintext: true, ..Orders::default() });
    let start = host.step("start");
    Finding {
        text: start.says("start"),
        seconds: Some(start.seconds),
        // Nobody listens there: to fail is not enough.
        as_promised: start.outcome == Outcome::Failed && start.detail.contains("certificate"),
    }
}

/// An address that is kept for documents, and how the system writes it.
const NOBODY: (&str, &str) = ("192.0.2.7:80", "070200C0:0050");

pub(super) fn foreign_address(side: &Side, _quick: bool) -> Finding {
    let place = Place::new();
    let plugin = Some(shell(&format!("echo '1|1|tcp|{}|grpc|'; exec sleep 600", NOBODY.0)));
    let connection = Meanwhile::begin(|| {
        std::thread::sleep(Duration::from_micros(200));
        connects_to(NOBODY.1)
    });
    let orders = Orders { steps: "start,call", plugin, plaintext: true, ..Orders::default() };
    let mut host = place.start(side, orders);
    let [start, call] = steps(&mut host, ["start", "call"]);
    // Where there is no way to the address, the attempt is over before it can be seen; the library tells of it.
    let has_tried = |detail: &str| detail.contains("dial tcp") || detail.contains("unreachable");
    let dials = connection.end() || has_tried(&start.detail) || has_tried(&call.detail);
    let says = if start.is_done() { call.says("**accepted**; call") } else { start.says("start") };
    let dialled = if dials { "**it was dialled**" } else { "nothing was dialled" };
    Finding {
        text: format!("{says}; {dialled}"),
        seconds: Some(if start.is_done() { call.seconds } else { start.seconds }),
        as_promised: start.outcome == Outcome::Failed && !dials,
    }
}

pub(super) fn exchanged(side: &Side, quick: bool) -> Finding {
    let count = match (quick, side.is_ours) {
        (true, _) | (_, false) => 50,
        (false, true) => 1000,
    };
    let place = Place::new();
    let (path, ran) = (place.file("program"), place.file("ran"));
    let (program, arguments) = side.plugin.split_first().unwrap();
    let known = place.file("known");
    std::fs::copy(program, &known).unwrap();
    let other = place.file("other");
    std::fs::write(&other, format!("#!/bin/sh\necho ran >> '{}'\n", ran.display())).unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&other, executable).unwrap();
    std::fs::hard_link(&known, &path).unwrap();

    let checksum = Checksum::of(&std::fs::read(&known).unwrap()).to_string();
    let exchange = {
        let path = path.clone();
        Meanwhile::begin(move || {
            for file in [&other, &known] {
                std::thread::sleep(Duration::from_millis(7));
                put_there(file, &path);
            }
            true
        })
    };
    let plugin: Vec<_> =
        std::iter::once(path.display().to_string()).chain(arguments.iter().cloned()).collect();
    let orders = Orders {
        steps: "starts",
        plugin: Some(plugin),
        count: Some(count),
        checksum: checksum.strip_prefix("sha256:").map(str::to_owned),
        ..Orders::default()
    };
    let starts = place.start(side, orders).step("starts");
    exchange.end();
    let others = std::fs::read_to_string(&ran).unwrap_or_default().lines().count();
    let [started, refused] = ["started", "refused"].map(|name| starts.number(name).unwrap_or_default());
    // The other program is no plugin: a start that ran it has failed as well.
    let kept_out = refused.saturating_sub(u64::try_from(others).unwrap());
    let ran = if others > 0 { format!("**ran in {others}**") } else { "ran in 0".to_owned() };
    Finding {
        text: format!(
            "the other program {ran} of {count} starts; the known one in {started}, {kept_out} refused"
        ),
        seconds: Some(starts.seconds / f64::from(count)),
        // Where neither ever ran, nothing was tried.
        as_promised: starts.is_done() && others == 0 && started > 0 && refused > 0,
    }
}

/// Puts another file at a path, in one move.
fn put_there(file: &Path, path: &Path) {
    let beside = path.with_extension("next");
    std::fs::hard_link(file, &beside).unwrap();
    std::fs::rename(beside, path).unwrap();
}

pub(super) fn inherited(side: &Side, _quick: bool) -> Finding {
    const SECRET: &str = "VERSUS_SECRET";
    let place = Place::new();
    let orders = Orders {
        steps: "start,call",
        before: "umask 0",
        environment: Some((SECRET, "1")),
        ..Orders::default()
    };
    let mut host = place.start(side, orders);
    let [start, _, _] = steps(&mut host, ["start", "call", "done"]);
    let id = u32::try_from(start.number("process").unwrap()).unwrap();
    let socket = Path::new(start.text("address").unwrap());
    let (socket_mode, directory_mode) = (mode(socket), mode(socket.parent().unwrap()));
    // Who may write to the socket and may enter its directory may call, unless the connection asks who it is.
    let is_open = socket_mode & 0o022 != 0 && directory_mode & 0o011 != 0;
    let input = standard_input(id) == standard_input(host.id());
    let secret = has_variable(id, SECRET);
    let given = |is_given: bool, what: &str| match is_given {
        true => format!("**{what} inherited**"),
        false => format!("{what} not inherited"),
    };
    Finding {
        text: format!(
            "socket {socket_mode:o} in a directory {directory_mode:o}{}; {}; {}",
            if is_open { ", **open to every user**" } else { "" },
            given(input, "standard input"),
            given(secret, "environment")
        ),
        seconds: None,
        as_promised: !is_open && !input && !secret,
    }
}
