//! Figures: their order, their ratio, and as they are printed.

/// The figure that a part of all are below: `0.5` is the median. `None` if there are none.
///
/// The nearest one that was measured, never one between two.
#[must_use]
pub fn quantile(figures: &[f64], part: f64) -> Option<f64> {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a place among the figures: never more than there are, and a hair's breadth does not matter"
    )]
    let place = (last as f64 * part).round() as usize;
    sorted.get(place.min(last)).copied()
}

/// The middle one of the figures. `None` if there are none.
#[must_use]
pub fn median(figures: &[f64]) -> Option<f64> {
    quantile(figures, 0.5)
}

/// One figure as a part of another, if both were measured and the other is not nothing at all.
#[must_use]
pub fn ratio(ours: Option<f64>, theirs: Option<f64>) -> Option<f64> {
    Some(ours? / theirs?).filter(|ratio| ratio.is_finite())
}

/// A ratio for people.
#[must_use]
pub fn ratio_text(ratio: Option<f64>) -> String {
    ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"))
}

/// A figure for people: as many digits as can mean something.
#[must_use]
pub fn figure_text(figure: Option<f64>) -> String {
    match figure {
        Some(figure) if figure < 100.0 => format!("{figure:.1}"),
        Some(figure) => format!("{figure:.0}"),
        None => "-".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_a_figure_that_was_measured() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[]), None);
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(quantile(&hundred, 0.99), Some(99.0));
        assert_eq!(quantile(&hundred, 1.0), Some(100.0));
    }

    #[test]
    fn what_was_not_measured_has_no_ratio() {
        assert_eq!(ratio(Some(1.0), Some(2.0)), Some(0.5));
        assert_eq!(ratio(None, Some(2.0)), None);
        assert_eq!(ratio(Some(1.0), Some(0.0)), None);
        assert_eq!(ratio_text(None), "-");
    }
}
