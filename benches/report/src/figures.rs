//! Figures as text.

/// Nanoseconds in the unit that a reader would choose, with three digits.
pub fn duration(nanoseconds: f64) -> String {
    let (figure, unit) = scaled(nanoseconds);
    format!("{} {unit}", digits(figure))
}

/// A spread, in the unit of its middle.
pub fn spread(middle: f64, low: f64, high: f64) -> String {
    let (figure, _) = scaled(middle);
    let scale = if middle > 0.0 { figure / middle } else { 1.0 };
    format!("{}–{}", digits(low * scale), digits(high * scale))
}

/// A ratio.
pub fn times(ratio: f64) -> String {
    format!("{}×", digits(ratio))
}

/// Three digits, or all before the point.
pub fn digits(figure: f64) -> String {
    match figure.abs() {
        size if size >= 999.5 => grouped(figure),
        size if size >= 99.95 => format!("{figure:.0}"),
        size if size >= 9.995 => format!("{figure:.1}"),
        _ => format!("{figure:.2}"),
    }
}

/// A count with commas.
pub fn count(number: u64) -> String {
    grouped(number as f64)
}

fn scaled(nanoseconds: f64) -> (f64, &'static str) {
    match nanoseconds {
        size if size < 999.5 => (nanoseconds, "ns"),
        size if size < 999.5e3 => (nanoseconds / 1e3, "µs"),
        size if size < 999.5e6 => (nanoseconds / 1e6, "ms"),
        _ => (nanoseconds / 1e9, "s"),
    }
}

fn grouped(figure: f64) -> String {
    let plain = format!("{figure:.0}");
    let mut text = String::new();
    for (index, digit) in plain.chars().enumerate() {
        if index > 0 && (plain.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
