//! Middles of figures.

/// The median; of an even number of figures, the mean of the two in the middle.
pub fn median(figures: impl Iterator<Item = f64>) -> Option<f64> {
    let mut sorted: Vec<f64> = figures.collect();
    sorted.sort_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *sorted.get(sorted.len() / 2 - 1)?;
    Some((lower + upper) / 2.0)
}

/// The geometric mean, which is the right middle of ratios.
pub fn geometric_mean(figures: &[f64]) -> Option<f64> {
    if figures.is_empty() {
        return None;
    }
    let logarithms: f64 = figures.iter().map(|figure| figure.ln()).sum();
    Some((logarithms / figures.len() as f64).exp())
}
