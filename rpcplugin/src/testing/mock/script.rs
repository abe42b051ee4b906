//! What a mock is told to answer, and what came of it. Pure, but for the futures that it hands out.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::RecordedCall;
use crate::call::{Call, ResponseFuture};
use crate::contract::{MethodSpec, ServiceSpec};

/// Makes the answer to a call.
pub(super) type Answer = Arc<dyn Fn(Call) -> ResponseFuture + Send + Sync>;

/// How long a scripted answer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lasting {
    Once,
    Always,
}

#[derive(Default)]
pub(super) struct Script {
    /// By the position of the method.
    methods: BTreeMap<usize, Answers>,
    pub(super) calls: Vec<RecordedCall>,
    unexpected: Vec<&'static str>,
}

#[derive(Default)]
struct Answers {
    once: VecDeque<Answer>,
    always: Option<Answer>,
}

impl Script {
    pub(super) fn add(&mut self, method: &MethodSpec, lasting: Lasting, answer: Answer) {
        let answers = self.methods.entry(method.position).or_default();
        match lasting {
            Lasting::Once => answers.once.push_back(answer),
            Lasting::Always => answers.always = Some(answer),
        }
    }

    /// The answer to the next call of a method.
    pub(super) fn next(&mut self, method: &MethodSpec) -> Option<Answer> {
        let scripted = self.methods.get_mut(&method.position);
        let answer = scripted.and_then(|answers| answers.once.pop_front().or_else(|| answers.always.clone()));
        if answer.is_none() {
            self.unexpected.push(method.path);
        }
        answer
    }

    /// A sentence for each difference between what was scripted and what happened.
    pub(super) fn differences(&self, spec: &ServiceSpec) -> Vec<String> {
        let unexpected = self.unexpected.iter().map(|path| format!("`{path}` was called without an answer"));
        let unused = spec.methods.iter().filter_map(|method| {
            let left = self.methods.get(&method.position).map_or(0, |answers| answers.once.len());
            (left > 0).then(|| format!("{left} more calls of `{}` were expected", method.path))
        });
        unexpected.chain(unused).collect()
    }
}
