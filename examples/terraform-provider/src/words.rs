//! What a user reads: diagnostics, and the places of a configuration that they are about.

use crate::tfplugin6::attribute_path::Step;
use crate::tfplugin6::attribute_path::step::Selector;
use crate::tfplugin6::diagnostic::Severity;
use crate::tfplugin6::{AttributePath, Diagnostic};

impl Diagnostic {
    /// An error: what is wrong, and what to do.
    pub(crate) fn failure(summary: impl Into<String>, detail: impl ToString) -> Self {
        Self {
            severity: Severity::Error.into(),
            summary: summary.into(),
            detail: detail.to_string(),
            attribute: None,
        }
    }

    /// The same, about this place.
    pub(crate) fn at(mut self, place: AttributePath) -> Self {
        self.attribute = Some(place);
        self
    }
}

impl AttributePath {
    /// An attribute of the block.
    pub(crate) fn of(attribute: &str) -> Self {
        Self { steps: vec![step(Selector::AttributeName(attribute.to_owned()))] }
    }

    /// An element of a list that is there.
    pub(crate) fn element(mut self, index: usize) -> Self {
        // A list has fewer elements than that.
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        self.steps.push(step(Selector::ElementKeyInt(index)));
        self
    }
}

const fn step(selector: Selector) -> Step {
    Step { selector: Some(selector) }
}
