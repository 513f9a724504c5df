//! The answers as aligned text.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::Value;
use terminal_size::{Width, terminal_size};

const HEAD: [&str; 6] = ["flag", "context", "value", "variant", "reason", "µs"];
const VALUE: usize = 2;
const TIME: usize = 5;
const GAP: &str = "  ";

/// Below this a value says nothing.
const LEAST_VALUE_WIDTH: usize = 8;

/// Where neither a terminal nor `COLUMNS` says how wide the output may be.
const USUAL_WIDTH: usize = 120;

/// One answer.
pub(crate) struct Row([String; HEAD.len()]);

impl Row {
    /// A missing value is shown as `–`: the caller's own default applies.
    pub(crate) fn new(flag: &str, context: &str, answer: &Value, time: Duration) -> Self {
        let text = |name: &str| answer[name].as_str().unwrap_or("–").to_owned();
        let reason = match answer["errorCode"].as_str() {
            Some(code) => format!("{} {code}", text("reason")),
            None => text("reason"),
        };
        let value = answer.get("value").map_or("–".to_owned(), Value::to_string);
        let micros = format!("{:.1}", time.as_secs_f64() * 1e6);
        Self([flag.to_owned(), context.to_owned(), value, text("variant"), reason, micros])
    }
}

/// All answers.
#[derive(Default)]
pub(crate) struct Table(Vec<Row>);

impl Table {
    pub(crate) fn push(&mut self, row: Row) {
        self.0.push(row);
    }

    /// Lines of at most `width` characters, if shortening the values alone can do that.
    pub(crate) fn render(&self, width: usize) -> String {
        let widths = self.widths(width);
        let mut out = String::new();
        line(&mut out, &HEAD.map(str::to_owned), &widths);
        line(&mut out, &widths.map(|width| "─".repeat(width)), &widths);
        let mut last = None;
        for Row(cells) in &self.0 {
            let mut shown = cells.clone();
            // A flag is named once, above its answers.
            if last.replace(&cells[0]) == Some(&cells[0]) {
                shown[0].clear();
            }
            line(&mut out, &shown, &widths);
        }
        out
    }

    fn widths(&self, width: usize) -> [usize; HEAD.len()] {
        let mut widths = HEAD.map(count);
        for Row(cells) in &self.0 {
            for (width, cell) in widths.iter_mut().zip(cells) {
                *width = (*width).max(count(cell));
            }
        }
        let total: usize = widths.iter().sum::<usize>() + GAP.len() * (HEAD.len() - 1);
        let surplus = total.saturating_sub(width);
        widths[VALUE] = widths[VALUE].saturating_sub(surplus).max(LEAST_VALUE_WIDTH.min(widths[VALUE]));
        widths
    }
}

/// The columns of the terminal.
pub(crate) fn terminal_width() -> usize {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    said.or_else(|| terminal_size().map(|(Width(width), _)| usize::from(width))).unwrap_or(USUAL_WIDTH)
}

fn line(out: &mut String, cells: &[String; HEAD.len()], widths: &[usize; HEAD.len()]) {
    let mut text = String::new();
    for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
        let cell = shorten(cell, *width);
        let padding = " ".repeat(width - count(&cell));
        let gap = if column == 0 { "" } else { GAP };
        // Numbers stand right, texts left; writing to a string cannot fail.
        let _ =
            if column == TIME { write!(text, "{gap}{padding}{cell}") } else { write!(text, "{gap}{cell}{padding}") };
    }
    out.push_str(text.trim_end());
    out.push('\n');
}

fn shorten(text: &str, width: usize) -> String {
    if count(text) <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    kept + "…"
}

fn count(text: &str) -> usize {
    text.chars().count()
}
