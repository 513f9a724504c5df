//! One event, one line: whatever somebody sends, no line of the log is theirs alone.

use std::io::Write;

use tracing_subscriber::fmt::MakeWriter;

/// Writes through to another writer, with control characters and those that turn the direction of text as `\u001b`, which is
/// also what JSON has for them. The line's end stays.
#[derive(Clone, Debug)]
pub(super) struct Escaping<W>(pub(super) W);

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for Escaping<W> {
    type Writer = Escaping<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        Escaping(self.0.make_writer())
    }
}

impl<W: Write> Write for Escaping<W> {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let (body, end) = match line.split_last() {
            Some((b'\n', body)) => (body, "\n"),
            _ => (line, ""),
        };
        if body.iter().all(|byte| (b' '..=b'~').contains(byte)) {
            self.0.write_all(line)?;
        } else {
            let mut out = String::with_capacity(line.len() + 16);
            for one in String::from_utf8_lossy(body).chars() {
                if is_harmless(one) {
                    out.push(one);
                } else {
                    out.push_str(&format!("\\u{:04x}", u32::from(one)));
                }
            }
            out.push_str(end);
            self.0.write_all(out.as_bytes())?;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

/// All that are not harmless lie in the first plane, so that four digits are enough.
fn is_harmless(one: char) -> bool {
    !one.is_control() && !matches!(one, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
