//! Scripts by chance, the same ones every time.
//!
//! `RPCPLUGIN_SEED=7` takes others, and `RPCPLUGIN_RANDOM_SCRIPTS=100000` so many of each kind.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// Scripts of a normal run, as a number: seconds in a debug build.
const SCRIPTS: u32 = 1500;

fn from_environment<T: std::str::FromStr>(name: &str, otherwise: T) -> T {
    std::env::var(name).ok().map_or(otherwise, |value| {
        value.parse().unwrap_or_else(|_| panic!("{name} is {value}; it takes a number"))
    })
}

/// Runs scripts that begin with a byte; one that breaks a promise is made short.
fn run(begin: u8) {
    let config = Config {
        cases: from_environment("RPCPLUGIN_RANDOM_SCRIPTS", SCRIPTS),
        rng_seed: RngSeed::Fixed(from_environment("RPCPLUGIN_SEED", 1)),
        failure_persistence: None,
        ..Config::default()
    };
    let script = prop_oneof![vec(any::<u8>(), 0..100), vec(any::<u8>(), 100..1500)];
    let outcome = TestRunner::new(config).run(&script, |mut script| {
        script.insert(0, begin);
        super::connection(&script);
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn two_sides_keep_all_promises_whatever_their_users_do() {
    run(2);
}

#[test]
fn a_plugin_keeps_its_promises_opposite_a_stranger() {
    run(0);
}

#[test]
fn a_host_keeps_its_promises_opposite_a_stranger() {
    run(1);
}

#[test]
fn frames_are_the_same_however_they_come() {
    let config = Config { failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..Config::default() };
    let outcome = TestRunner::new(config).run(&vec(any::<u8>(), 0..300), |bytes| {
        super::frames(&bytes);
        Ok(())
    });
    outcome.unwrap();
}
