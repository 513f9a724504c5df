//! Takes out of a module what no host needs: custom sections, and the globals that the linker exports.

use anyhow::Result;
use wasmparser::{BinaryReader, ExportSectionReader, Parser, Payload};

use crate::inspect::is_callable;

const EXPORT_SECTION: u8 = 7;
const HEADER: usize = 8;

/// The same module without custom sections and without exported globals and tables.
///
/// The linker always exports `__heap_base` and `__data_end`; no option of the compiler keeps it from doing so.
pub fn strip(module: &[u8]) -> Result<Vec<u8>> {
    let mut out = module.get(..HEADER).unwrap_or_default().to_vec();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        if let Payload::ExportSection(section) = &payload {
            push_section(&mut out, EXPORT_SECTION, &exports(section.clone(), module)?);
        } else if let Some((id, range)) = payload.as_section().filter(|(id, _)| *id != 0) {
            push_section(&mut out, id, module.get(range).unwrap_or_default());
        }
    }
    Ok(out)
}

/// The content of an export section with only the functions and memories of another one.
fn exports(section: ExportSectionReader<'_>, module: &[u8]) -> Result<Vec<u8>> {
    let mut kept = Vec::new();
    let mut count = 0;
    for entry in section.into_iter_with_offsets() {
        let (offset, export) = entry?;
        if is_callable(export.kind) {
            let rest = module.get(offset..).unwrap_or_default();
            kept.extend_from_slice(rest.get(..entry_len(rest)?).unwrap_or_default());
            count += 1;
        }
    }
    let mut content = Vec::new();
    push_leb128(&mut content, count);
    content.append(&mut kept);
    Ok(content)
}

/// The length of one entry: name, kind, index.
fn entry_len(bytes: &[u8]) -> Result<usize> {
    let mut reader = BinaryReader::new(bytes, 0);
    reader.read_string()?;
    reader.read_u8()?;
    reader.read_var_u32()?;
    Ok(reader.original_position())
}

fn push_section(out: &mut Vec<u8>, id: u8, content: &[u8]) {
    out.push(id);
    push_leb128(out, content.len());
    out.extend_from_slice(content);
}

fn push_leb128(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
