//! A line of a file with a caret under a place in it.

use std::io::{self, Write};

use anstyle::Style;
use unicode_width::UnicodeWidthChar;

use crate::output::FAINT;

/// How many characters of a longer line are shown before and after the place.
const AROUND: usize = 60;

/// Writes the line, the caret and a hint. Lines and columns count from 1, columns in characters.
pub(crate) fn write(
    out: &mut dyn Write,
    text: &str,
    place: Option<(u32, u32)>,
    style: Style,
    hint: Option<&str>,
) -> io::Result<()> {
    let Some((line, column)) = place else {
        return hint.map_or(Ok(()), |hint| writeln!(out, "{FAINT}={FAINT:#} hint: {hint}"));
    };
    let number = line.to_string();
    let margin = " ".repeat(number.len());
    let wanted = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
    if let Some(source) = text.lines().nth(wanted) {
        let place = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
        let (shown, caret) = part(source, place);
        writeln!(out, "{FAINT}{margin} |{FAINT:#}")?;
        writeln!(out, "{FAINT}{number} |{FAINT:#} {shown}")?;
        writeln!(out, "{FAINT}{margin} |{FAINT:#} {}{style}^{style:#}", " ".repeat(caret))?;
    }
    match hint {
        Some(hint) => writeln!(out, "{FAINT}{margin} ={FAINT:#} hint: {hint}"),
        None => Ok(()),
    }
}

/// The part of a line around a character, and the columns before that character.
fn part(source: &str, place: usize) -> (String, usize) {
    let length = source.chars().count();
    let whole = length <= 2 * AROUND;
    let from = if whole { 0 } else { place.saturating_sub(AROUND).min(length) };
    let mut shown = String::new();
    let mut caret = 0;
    let mut width = 0;
    if from > 0 {
        shown.push('…');
        width = 1;
    }
    for (number, character) in source.chars().enumerate().skip(from) {
        if number == place {
            caret = width;
        }
        if !whole && number > place.saturating_add(AROUND) {
            shown.push('…');
            break;
        }
        // A terminal would jump with it, or obey it.
        let character = if character.is_control() { ' ' } else { character };
        width += character.width().unwrap_or(0);
        shown.push(character);
    }
    // Behind the last character, where something is missing.
    if place >= length {
        caret = width;
    }
    (shown.trim_end().to_owned(), caret)
}
