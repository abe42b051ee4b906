use std::time::Duration;

use rpcplugin::Code;

use super::Options;
use super::calls::{Cause, Ends};
use super::inventory::Inventory;
use super::kills::Kills;
use super::memory::MemoryKill;
use crate::times::Times;

/// What memory may grow by where nothing leaks: what an allocator keeps in its corners. Behind hundreds of plugins that were killed
/// that is 7 KiB for each.
const RESIDENT_BYTES: u64 = 4 * 1024 * 1024;

/// The same in a round that is over before everything has been there once.
const SHORT_RESIDENT_BYTES: u64 = 12 * 1024 * 1024;

/// Within which half of the calls must be told that their plugin has ended. The slowest are those of the machine, and a short round
/// is judged by no clock.
const TOLD: Duration = Duration::from_millis(100);

const SHORT: Duration = Duration::from_secs(300);

/// Says what happens, and keeps what must not be.
#[derive(Debug)]
pub(super) struct Report {
    faults: Vec<String>,
    is_short: bool,
}

impl Report {
    pub(super) fn new(options: &Options) -> Self {
        println!(
            "{} plugins, a kill each second for {:?}, a call of each caller every {:?}, seed {}",
            options.plugins, options.time, options.pause, options.seed
        );
        Self { faults: Vec::new(), is_short: options.time < SHORT }
    }

    fn must(&mut self, is_so: bool, otherwise: impl FnOnce() -> String) {
        if !is_so {
            self.faults.push(otherwise());
        }
    }

    /// `host` and `plugins` are the memory of their processes, in bytes.
    pub(super) fn started(&self, took: Duration, host: u64, plugins: &[u64]) {
        println!("{} plugins, started at once, all ran after {took:.1?}", plugins.len());
        let mut plugins = plugins.to_vec();
        plugins.sort_unstable();
        let middle = plugins.get(plugins.len() / 2).copied().unwrap_or_default();
        let most = plugins.last().copied().unwrap_or_default();
        let [host, middle, most] = [host, middle, most].map(mebibytes);
        println!("memory of their host: {host}; of a plugin: {middle} (half of them), {most} (all)");
    }

    pub(super) fn memory(&mut self, kill: MemoryKill) {
        println!("one plugin was killed for its memory by {}: its host says {:?}", kill.means, kill.reason);
        if kill.is_plain() {
            println!("\n!!! NO CONTROL GROUP: an end for want of memory is not shown on this machine\n");
            self.must(!MemoryKill::is_required(), || {
                "no control group for memory can be made, and RPCPLUGIN_REQUIRE_CONTROL_GROUP=1 does not allow to do without; \
                 be root, and mount /sys/fs/cgroup writable, with the controller `memory` in cgroup.subtree_control"
                    .to_owned()
            });
        }
        println!("  its call ended as {:?}, {} calls of others failed meanwhile", kill.code, kill.others);
        let expected = kill.expected();
        self.must(kill.reason == expected, || {
            format!("the end for want of memory is said to be {:?}", kill.reason)
        });
        self.must(kill.code == Some(Code::Unavailable), || format!("its call ended as {:?}", kill.code));
        self.must(kill.others == 0, || format!("{} calls of others failed with it", kill.others));
        self.must(kill.is_back, || "it did not come back".to_owned());
    }

    pub(super) fn kills(&mut self, kills: &Kills) {
        println!("{} kills; back after {}", kills.back_after.len(), spread(&kills.back_after));
        let doubled = kills.doubled;
        self.must(doubled == 0, || format!("{doubled} processes were there beside their successors"));
    }

    /// `reasons` are those of the last restarts, for whoever has to find out which were too many.
    pub(super) fn restarts(&mut self, restarts: u64, kills: usize, reasons: &[String]) {
        println!("{restarts} restarts");
        self.must(u64::try_from(kills) == Ok(restarts), || {
            format!("{restarts} restarts, and {kills} kills; at last:\n  {}", reasons.join("\n  "))
        });
    }

    pub(super) fn calls(&mut self, ends: &Ends) {
        let failed: u64 = ends.failed.values().sum();
        println!("{} calls sent, {} answered, {failed} failed", ends.sent, ends.answered);
        for ((kind, cause), count) in &ends.failed {
            println!("  {count:>8} {kind}: {cause:?}");
        }
        println!(
            "  {} wrong, {} late, {} callers hung, the slowest took {:.1?}",
            ends.wrong, ends.late, ends.hung, ends.slowest
        );
        println!("  told of the end of their plugin after {}", spread(&ends.told_after));
        let half = ends.told_after.iter().copied().collect::<Times>().at(50);
        self.must(self.is_short || half.is_none_or(|half| half < TOLD), || {
            let half = half.unwrap_or_default();
            format!(
                "half of the calls were told of the end of their plugin after {half:?}, not within {TOLD:?}"
            )
        });
        let lost = i128::from(ends.sent) - i128::from(ends.answered) - i128::from(failed);
        self.must(lost == 0, || format!("{lost} calls have no end"));
        self.must(ends.wrong == 0, || format!("{} answers are wrong", ends.wrong));
        self.must(ends.late == 0, || format!("{} calls ended long behind their time", ends.late));
        self.must(ends.hung == 0, || format!("{} callers hung", ends.hung));
        for ((kind, cause), count) in &ends.failed {
            self.must(!matches!(cause, Cause::Lost | Cause::Other(_)), || {
                format!("{count} calls ({kind}) failed as {cause:?}")
            });
        }
        self.must(ends.answered > 0, || "no call was answered".to_owned());
    }

    pub(super) fn resident(&mut self, before: u64, after: u64) {
        println!(
            "memory of the host: {} when it was warm, {} at the end",
            mebibytes(before),
            mebibytes(after)
        );
        let most = before + if self.is_short { SHORT_RESIDENT_BYTES } else { RESIDENT_BYTES };
        self.must(after <= most, || format!("memory grew from {before} to {after} bytes"));
    }

    pub(super) fn left(&mut self, before: &Inventory, after: &Inventory) {
        println!("left, beside what was there before:");
        for ((name, then), (_, now)) in before.named().into_iter().zip(after.named()) {
            println!("  {name}: {}", now.saturating_sub(then));
            self.must(now <= then, || format!("{name} are left: {now}, before {then}"));
        }
    }

    /// Whether everything was as it must be.
    pub(super) fn verdict(&self) -> bool {
        match self.faults.as_slice() {
            [] => println!("every call has one end, and nothing is left"),
            faults => faults.iter().for_each(|fault| println!("FAULT: {fault}")),
        }
        self.faults.is_empty()
    }
}

/// How long half of them took, nearly all, and all.
fn spread(times: &[Duration]) -> String {
    let times: Times = times.iter().copied().collect();
    let [half, most, slowest] = [50, 99, 100].map(|of_hundred| times.at(of_hundred).unwrap_or_default());
    format!("{half:.1?} (half of them), {most:.1?} (99 of 100), {slowest:.1?} (all)")
}

/// With one digit behind the point.
fn mebibytes(bytes: u64) -> String {
    let tenths = bytes * 10 / (1024 * 1024);
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}
