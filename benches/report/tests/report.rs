//! From results to tables, plots and a document.

use std::path::{Path, PathBuf};

use anyhow::Result;
use burgee_bench_report::figures::{count, digits, duration, spread, times};
use burgee_bench_report::results::{Column, Results};
use burgee_bench_report::statistics::{geometric_mean, median};
use burgee_bench_report::tables::Table;
use burgee_bench_report::work::Work;
use burgee_bench_report::{document, plots, show, tables, targets};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixture").join(name)
}

fn read() -> Result<(Results, Work)> {
    Ok((Results::read(&fixture("results"))?, Work::read(&fixture("work"))?))
}

fn column(runtime: &str, subject: &str, way: &str) -> Column {
    let [runner, runtime, subject, way] = ["go", runtime, subject, way].map(str::to_owned);
    Column { runner, runtime, subject, way }
}

fn row<'a>(table: &'a Table, start: &[&str]) -> Vec<&'a str> {
    let row = table.rows.iter().find(|row| row.iter().zip(start).all(|(cell, wanted)| cell == wanted));
    row.unwrap_or_else(|| panic!("no row {start:?} in {table:?}")).iter().map(String::as_str).collect()
}

#[test]
fn figures_have_three_digits_and_a_fitting_unit() {
    assert_eq!(duration(0.5), "0.50 ns");
    assert_eq!(duration(999.7), "1.00 µs");
    assert_eq!(duration(12_345.0), "12.3 µs");
    assert_eq!(duration(150e6), "150 ms");
    assert_eq!(duration(2.5e9), "2.50 s");
    assert_eq!(spread(1200.0, 900.0, 13_000.0), "0.90–13.0");
    assert_eq!(times(23.45), "23.4×");
    assert_eq!(digits(99.99), "100");
    assert_eq!(count(1_234_567), "1,234,567");
}

#[test]
fn middles() {
    assert_eq!(median([3.0, 1.0, 2.0].into_iter()), Some(2.0));
    assert_eq!(median([4.0, 1.0].into_iter()), Some(2.5));
    assert_eq!(median([].into_iter()), None);
    assert_eq!(geometric_mean(&[2.0, 8.0]), Some(4.0));
    assert_eq!(geometric_mean(&[]), None);
}

#[test]
fn runs_are_merged_and_each_is_compared_with_itself() -> Result<()> {
    let (results, _) = read()?;
    let (ours, peer) = (column("wazero", "burgee", "slots"), column("Go", "flagd core (go)", "object"));
    let time = results.time(&ours, "equals-20").expect("it was measured");
    assert_eq!((time.median, time.low, time.high, time.rounds), (1500.0, 900.0, 2200.0, 30));
    assert_eq!(results.ratio(&peer, &ours, "equals-20"), Some(30.0));
    assert_eq!(results.ratio(&peer, &ours, "equals-20-of-10"), None);
    Ok(())
}

#[test]
fn a_line_without_figure_and_reason_is_refused() {
    let line = r#"{"runner":"go","runtime":"Go","subject":"burgee","way":"json","scenario":"equals-2"}"#;
    let error = Results::default().add(0, line).expect_err("nothing is said");
    assert_eq!(format!("{error:#}"), "line 1: `equals-2` has neither a median in ns nor a reason for having none");
}

#[test]
fn a_world_has_ours_first_and_peers_against_the_fastest_way_of_ours() -> Result<()> {
    let (results, work) = read()?;
    let tables = tables::evaluations(&results, &work);
    let titles: Vec<_> = tables.iter().map(|table| table.title.as_str()).collect();
    assert_eq!(titles, ["Node.js: V8", "Go: wazero"]);
    assert_eq!(
        tables[1].head[2..],
        [
            "burgee, wazero, slots",
            "burgee, wazero, json",
            "burgee, wazero interpreter, slots",
            "flagd core (go), object"
        ]
    );
    let equals = row(&tables[1], &["one `==`", "20"]);
    assert_eq!(equals[2], "1.50 µs (0.90–2.20)");
    assert_eq!(equals[5], "35.0 µs (19.0–52.0), 30.0×");
    assert_eq!(tables[1].notes, ["× of flagd core (go), object: against burgee, wazero, slots."]);
    assert_eq!(row(&tables[0], &["one `==`", "2"])[3], "900 ns (890–950), 4.50×");
    Ok(())
}

#[test]
fn updates_stand_by_document() -> Result<()> {
    let (results, work) = read()?;
    let tables = tables::updates(&results, &work);
    assert_eq!(tables.len(), 1);
    assert_eq!(tables[0].head, ["subject", "10,000 flags", "1,000 flags, the same text again", "10 flags"]);
    assert_eq!(
        tables[0].rows,
        [["burgee, V8, update", "150 ms (149–160)", "–", "200 µs (149–210)"].map(str::to_owned).to_vec()]
    );
    Ok(())
}

#[test]
fn targets_are_judged_by_their_worst_figure() -> Result<()> {
    let (results, work) = read()?;
    let table = targets::table(&results, &work);
    let wazero = "wazero, slots, targeted flags with 20 attributes, against flagd core (go)";
    assert_eq!(
        row(&table, &[wazero])[1..],
        ["at least 20×", "15.0× (clauses-20)", "21.2×", "30.0× (equals-20)", "missed in 1 of 2"]
    );
    let json = "V8, JSON, 2 attributes, against datalogic-rs 4";
    assert_eq!(row(&table, &[json])[1..], ["at least 5×", "4.50×", "4.50×", "4.50×", "missed"]);
    let count = "100,000 flags instead of 10, every runtime and way";
    assert_eq!(row(&table, &[count])[1..], ["at most 1.2×", "1.10×", "1.10×", "1.10×", "met"]);
    let update = "V8, update of 10,000 flags, each flag";
    assert_eq!(row(&table, &[update])[1..], ["at most 20 µs", "15.0 µs", "15.0 µs", "15.0 µs", "met"]);
    let java = "Java compiled, slots, targeted flags with 20 attributes, against the Java in-process evaluator";
    assert_eq!(row(&table, &[java])[5], "not measured");
    Ok(())
}

#[test]
fn what_was_left_out_is_grouped_by_reason() -> Result<()> {
    let (results, _) = read()?;
    let table = tables::left_out(&results);
    assert_eq!(table.rows.len(), 1);
    assert_eq!(table.rows[0][..3], ["go", "flagd core (go), object", "bulk-50, static-2"]);
    assert!(show::markdown(&table).contains(r#"| answers "a \| b" |"#));
    assert_eq!(show::markdown(&tables::left_out(&Results::default())), "Nothing was left out.");
    Ok(())
}

#[test]
fn lines_of_a_plot_run_from_small_to_large() -> Result<()> {
    let (results, work) = read()?;
    let plots = plots::by_flags(&results, &work);
    assert_eq!(plots.len(), 1);
    assert_eq!(plots[0].file, "update-node.svg");
    assert_eq!(plots[0].lines[0].points, [(10.0, 200_000.0), (10_000.0, 150_000_000.0)]);

    let folder = std::env::temp_dir().join(format!("burgee-bench-report-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    plots::draw(&plots, &folder)?;
    let drawn = std::fs::read_to_string(folder.join("update-node.svg"))?;
    std::fs::remove_dir_all(&folder)?;
    for text in ["burgee, V8, update", "flags of the document", "10 ms"] {
        assert!(drawn.contains(text), "no `{text}` in {drawn}");
    }
    Ok(())
}

#[test]
fn only_the_text_between_markers_changes() -> Result<()> {
    let document = "a\n<!-- table: x -->\nold\n<!-- end -->\nb\n<!-- table: y -->\n<!-- end -->\n";
    let once = document::replace(document, "table: x", "new\n")?;
    assert_eq!(once, "a\n<!-- table: x -->\n\nnew\n\n<!-- end -->\nb\n<!-- table: y -->\n<!-- end -->\n");
    assert_eq!(document::replace(&once, "table: x", "new")?, once);
    let error = document::replace(document, "table: z", "").expect_err("there is no such marker");
    assert_eq!(error.to_string(), "the document has no `<!-- table: z -->`");
    Ok(())
}

#[test]
fn the_performance_document_has_every_marker() -> Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/performance.md");
    let mut text = std::fs::read_to_string(path)?;
    let tables = ["machine", "versions", "evaluations", "updates", "left out", "targets"];
    let tables = tables.map(|name| format!("table: {name}"));
    for name in tables.into_iter().chain(["context", "update"].map(|name| format!("plots: {name}"))) {
        text = document::replace(&text, &name, "")?;
    }
    Ok(())
}
