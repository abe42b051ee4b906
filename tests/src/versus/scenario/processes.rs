//! Processes that stop, stay, print and die.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rpcplugin_tests::times::Times;

use super::{Finding, behind, longest, shell, steps};
use crate::driver::{Orders, Outcome, Place, Taken};
use crate::observe::{files, kill, runs, wait};
use crate::sides::Side;

/// How long the end of a plugin may take, in seconds: three are promised, and the rest is for the machine. A quick run is judged by
/// no clock.
const ENDED_SECONDS: f64 = 4.0;

/// When half of those must have been told who are told of an end, in seconds. The slowest are those of the machine.
const TOLD_SECONDS: f64 = 0.1;

/// How long a plugin and its files may outlive a host that was killed, in seconds.
const OUTLIVES_SECONDS: f64 = 1.0;

/// How long something may take that nobody waits for.
const LATER: Duration = Duration::from_secs(10);

pub(super) fn stopped(side: &Side, quick: bool) -> Finding {
    let place = Place::new();
    let orders = Orders { steps: "start,call,pause,call,stop", ..Orders::default() };
    let mut host = place.start(side, orders);
    let [start, ..] = steps(&mut host, ["start", "call", "pause"]);
    let id = process(&start);
    let [call, stop] = steps(&mut host, ["call", "stop"]);
    let is_left = wait(Duration::from_secs(1), || !runs(id)).is_none();
    Finding {
        text: format!("{}; {}; {}", call.says("call"), stop.says("end"), left(is_left, "the plugin")),
        seconds: longest(&[&call, &stop]),
        as_promised: call.has_ended() && has_ended_in_time(&stop, quick) && !is_left,
    }
}

pub(super) fn grandchild(side: &Side, quick: bool) -> Finding {
    let place = Place::new();
    let child = place.file("child");
    let words = format!("sleep 600 & echo $! > '{}'", child.display());
    let plugin = Some(behind(side, &words));
    let mut host = place.start(side, Orders { steps: "start,call,stop", plugin, ..Orders::default() });
    let [_, call, stop] = steps(&mut host, ["start", "call", "stop"]);
    let id: u32 = std::fs::read_to_string(child).unwrap().trim().parse().unwrap();
    let is_left = wait(Duration::from_secs(1), || !runs(id)).is_none();
    kill(id);
    Finding {
        text: format!("{}; {}", stop.says("end"), left(is_left, "the child")),
        seconds: Some(stop.seconds),
        as_promised: call.is_done() && has_ended_in_time(&stop, quick) && !is_left,
    }
}

pub(super) fn flood(side: &Side, _quick: bool) -> Finding {
    let place = Place::new();
    let mut host = place.start(side, Orders { steps: "start,flood,stop", ..Orders::default() });
    let [_, call, stop] = steps(&mut host, ["start", "flood", "stop"]);
    Finding {
        text: format!("{}; {}", call.says("call"), stop.says("end")),
        seconds: longest(&[&call, &stop]),
        as_promised: call.is_done() && stop.is_done(),
    }
}

pub(super) fn killed_host(side: &Side, quick: bool) -> Finding {
    let place = Place::new();
    let mut host = place.start(side, Orders { steps: "start,call", ..Orders::default() });
    let [start, _, _] = steps(&mut host, ["start", "call", "done"]);
    let id = process(&start);
    assert!(runs(id) && files(&place.temporary) > 0, "there is nothing that could be left");
    host.kill();
    let gone = wait(LATER, || !runs(id));
    let empty = wait(if gone.is_some() { LATER } else { Duration::ZERO }, || files(&place.temporary) == 0);
    let plugin = match gone {
        Some(_) => "the plugin ended".to_owned(),
        None => format!("**the plugin lives on** after {} s", LATER.as_secs()),
    };
    let seconds = gone.zip(empty).map(|(gone, empty)| (gone + empty).as_secs_f64());
    Finding {
        text: format!("{plugin}; files left: {}", files(&place.temporary)),
        seconds,
        as_promised: seconds.is_some_and(|seconds| quick || seconds < OUTLIVES_SECONDS),
    }
}

pub(super) fn killed_plugins(side: &Side, quick: bool) -> Finding {
    let count = if quick { 20 } else { 200 };
    let place = Place::new();
    let mut host = place.start(side, Orders { steps: "kills", count: Some(count), ..Orders::default() });
    let [kills, _] = steps(&mut host, ["kills", "done"]);
    let left = files(&place.temporary);
    if kills.outcome != Outcome::Done {
        return Finding { text: kills.says("kills"), seconds: Some(kills.seconds), as_promised: false };
    }
    let number = |name| kills.number(name).unwrap();
    let (failed, hung, restarted) = (number("failed"), number("hung"), number("restarted"));
    let back =
        kills.time("back").map(|back| format!(", answering again after at most {:.0} ms", back * 1000.0));
    let back = back.unwrap_or_default();
    let times = kills.times().unwrap();
    let [half, _, slowest] = times;
    let is_told = quick || half < TOLD_SECONDS;
    Finding {
        text: format!(
            "{failed} of {count} calls got an error, {}; {hung} hung; files left: {left}; restarts: {restarted}{back}",
            told(times)
        ),
        seconds: Some(slowest),
        as_promised: failed == u64::from(count) && hung == 0 && left == 0 && restarted == failed && is_told,
    }
}

pub(super) fn ended_at_once(side: &Side, quick: bool) -> Finding {
    // A host that waits for the end of the pipes is waited for once.
    let few = if side.is_ours { 20 } else { 1 };
    let [(alone, is_told), (held, is_held_told)] = [(false, 20), (true, few)].map(|(is_held, count)| {
        let place = Place::new();
        let away = place.file("away");
        let away = away.display();
        // Whoever has left the plugin's process group is ended by nobody.
        let child = format!(
            "rm -f '{away}'; (setsid sh -c \"echo > '{away}'; exec sleep 60\" || echo > '{away}') & until [ -e '{away}' ]; do :; done"
        );
        let words = if is_held { &*child } else { "" };
        let plugin = shell(&format!("{words}\necho no table >&2; exit 3"));
        let lives = lifetime(&plugin, &place);
        let orders =
            Orders { steps: "fails", plugin: Some(plugin), count: Some(count), ..Orders::default() };
        let fails = place.start(side, orders).step("fails");
        let is_told = fails.times().is_some_and(|[half, ..]| quick || half - lives < TOLD_SECONDS);
        (fails, is_told)
    });
    let says = |taken: &Taken| match taken.times() {
        Some(times) => told(times),
        None => taken.says("start"),
    };
    let seconds = |taken: &Taken| taken.times().map_or(taken.seconds, |[.., slowest]| slowest);
    Finding {
        text: format!("error {}; where a child holds its pipes {}", says(&alone), says(&held)),
        seconds: Some(seconds(&alone).max(seconds(&held))),
        as_promised: is_told && is_held_told,
    }
}

/// How long a plugin that nobody waits for lives by itself, in seconds, half of the time.
fn lifetime(plugin: &[String], place: &Place) -> f64 {
    let (program, arguments) = plugin.split_first().unwrap();
    let lived = (0..10).map(|_| {
        let mut command = Command::new(program);
        // What it leaves goes with the place.
        command.args(arguments).env("TMPDIR", &place.temporary);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let clock = Instant::now();
        command.status().unwrap();
        clock.elapsed()
    });
    lived.collect::<Times>().at(50).unwrap_or_default().as_secs_f64()
}

/// When those were told who had to be told.
fn told([half, most, slowest]: [f64; 3]) -> String {
    let [half, most, slowest] = [half, most, slowest].map(|seconds| format!("{:.0} ms", seconds * 1000.0));
    format!("half of them after {half}, 99 of 100 after {most}, the slowest after {slowest}")
}

fn has_ended_in_time(stop: &Taken, quick: bool) -> bool {
    stop.is_done() && (quick || stop.seconds < ENDED_SECONDS)
}

pub(super) fn stray_line(side: &Side, _quick: bool) -> Finding {
    let place = Place::new();
    let plugin = Some(behind(side, "echo a stray line"));
    let mut host = place.start(side, Orders { steps: "start,call", plugin, ..Orders::default() });
    let [start, call] = steps(&mut host, ["start", "call"]);
    let says = if start.is_done() { call.says("start: done; call") } else { start.says("start") };
    Finding { text: says, seconds: Some(start.seconds), as_promised: start.is_done() && call.is_done() }
}

fn process(start: &Taken) -> u32 {
    let id =
        start.number("process").unwrap_or_else(|| panic!("no plugin was started: {}", start.says("start")));
    u32::try_from(id).unwrap()
}

fn left(is_left: bool, what: &str) -> String {
    if is_left { format!("**{what} is still there**") } else { format!("{what} is gone") }
}
