//! Processes that stop, stay, print and die.

use std::time::Duration;

use super::{Finding, behind, longest, steps};
use crate::driver::{Orders, Outcome, Place, Taken};
use crate::observe::{files, kill, runs, wait};
use crate::sides::Side;

/// How long something may take that nobody waits for.
const LATER: Duration = Duration::from_secs(10);

pub(super) fn stopped(side: &Side, _quick: bool) -> Finding {
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
        as_promised: call.has_ended() && stop.is_done() && !is_left,
    }
}

pub(super) fn grandchild(side: &Side, _quick: bool) -> Finding {
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
        as_promised: call.is_done() && stop.is_done() && !is_left,
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

pub(super) fn killed_host(side: &Side, _quick: bool) -> Finding {
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
    Finding {
        text: format!("{plugin}; files left: {}", files(&place.temporary)),
        seconds: gone.zip(empty).map(|(gone, empty)| (gone + empty).as_secs_f64()),
        as_promised: gone.is_some() && empty.is_some(),
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
    let slowest = kills.time("slowest").unwrap();
    Finding {
        text: format!(
            "{failed} of {count} calls got an error, the slowest after {:.0} ms; {hung} hung; files left: {left}; restarts: {restarted}{back}",
            slowest * 1000.0
        ),
        seconds: Some(slowest),
        as_promised: failed == u64::from(count) && hung == 0 && left == 0 && restarted == failed,
    }
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
