//! Tables as text.

use comfy_table::{ContentArrangement, presets};

use crate::tables::Table;

/// For a terminal.
pub fn terminal(table: &Table) -> String {
    let mut drawn = comfy_table::Table::new();
    drawn.load_style(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    drawn.set_header(&table.head).add_rows(&table.rows);
    let title = if table.title.is_empty() { String::new() } else { format!("{}\n", table.title) };
    let notes: String = table.notes.iter().map(|note| format!("{note}\n")).collect();
    let body = if table.rows.is_empty() { String::new() } else { format!("{drawn}\n") };
    format!("{title}{body}{notes}")
}

/// For a Markdown document.
pub fn markdown(table: &Table) -> String {
    let mut parts = Vec::new();
    if !table.title.is_empty() {
        parts.push(format!("### {}", table.title));
    }
    if !table.rows.is_empty() {
        let rule = vec!["---".to_owned(); table.head.len()];
        let lines: Vec<String> = [&table.head, &rule].into_iter().chain(&table.rows).map(|cells| line(cells)).collect();
        parts.push(lines.join("\n"));
    }
    parts.extend(table.notes.iter().cloned());
    parts.join("\n\n")
}

fn line(cells: &[String]) -> String {
    let escaped: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect();
    format!("| {} |", escaped.join(" | "))
}
