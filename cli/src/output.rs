//! What a command says: its answer on the standard output, as text or as JSON, and everything else beside it.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::failure::{Failure, Result};

/// What matters most.
pub(crate) const STRONG: Style = Style::new().bold();
/// What can be passed over.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// Good.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Doubtful.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// Bad.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// To be copied: addresses, names, commands.
pub(crate) const NAME: Style = AnsiColor::Cyan.on_default();

/// How the caller wants to be told.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Output {
    /// Answer as JSON, one value on each line
    #[arg(long, global = true, help_heading = "Output")]
    json: bool,
    /// Neither progress nor remarks
    #[arg(long, short, global = true, help_heading = "Output")]
    quiet: bool,
}

impl Output {
    /// Whether answers are JSON.
    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// Whether only what matters is said.
    pub(crate) fn is_quiet(self) -> bool {
        self.quiet
    }

    /// The answer: one line of JSON, or text.
    pub(crate) fn answer(
        self,
        value: &impl Serialize,
        text: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        let mut out = anstream::stdout().lock();
        if self.json {
            let line = serde_json::to_string(value).map_err(io::Error::from)?;
            writeln!(out, "{line}")?;
        } else {
            text(&mut out)?;
        }
        Ok(out.flush()?)
    }

    /// A remark for people, which nobody needs.
    pub(crate) fn remark(self, text: impl Display) {
        if !self.quiet {
            // Who does not want to hear it does not keep the work from being done.
            let _ = writeln!(anstream::stderr(), "{text}");
        }
    }

    /// Why it was not done.
    pub(crate) fn failure(self, failure: &Failure) {
        let mut out = anstream::stderr();
        let _ = match serde_json::to_string(&failure.body()) {
            Ok(line) if self.json => writeln!(out, "{line}"),
            _ => writeln!(out, "{BAD}error:{BAD:#} {}", failure.message),
        };
    }

    /// Progress of long work, on terminals only; of an unknown length where `total` is 0.
    pub(crate) fn progress(self, what: &'static str, total: u64) -> ProgressBar {
        if self.quiet || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::with_draw_target((total > 0).then_some(total), ProgressDrawTarget::stderr());
        let template = match total {
            0 => "{spinner} {msg} {human_pos}",
            _ => "{msg} [{bar:30}] {human_pos}/{human_len} {eta}",
        };
        // The templates are right, and the default is no harm.
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style.progress_chars("=> "));
        bar.set_message(what);
        bar.enable_steady_tick(Duration::from_millis(100));
        bar
    }
}

/// A bar that work tells how much of it is done, of how much; it is gone with its last word.
struct Bar(ProgressBar);

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

impl Output {
    /// Progress of work that counts: what to tell it.
    pub(crate) fn count(self, what: &'static str) -> impl FnMut(u64, u64) + Send {
        let bar = Bar(self.progress(what, 1));
        move |done, total| {
            bar.0.set_length(total);
            bar.0.set_position(done);
        }
    }
}

/// `1 event`, `2 events`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A table: columns as wide as their widest cell, the last one as it is.
pub(crate) fn table(out: &mut dyn Write, head: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    use unicode_width::UnicodeWidthStr;
    let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column)).map(|cell| cell.width());
    let widths: Vec<usize> =
        head.iter().enumerate().map(|(column, name)| cells(column).chain([name.width()]).max().unwrap_or(0)).collect();
    let line = |out: &mut dyn Write, style: Style, row: &mut dyn Iterator<Item = &str>| {
        let mut text = String::new();
        for (cell, width) in row.zip(&widths) {
            text.push_str(cell);
            text.extend(std::iter::repeat_n(' ', (width + 2).saturating_sub(cell.width())));
        }
        writeln!(out, "{style}{}{style:#}", text.trim_end())
    };
    line(out, FAINT, &mut head.iter().copied())?;
    rows.iter().try_for_each(|row| line(out, Style::new(), &mut row.iter().map(String::as_str)))
}
