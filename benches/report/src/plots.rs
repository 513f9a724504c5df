//! Results as plots.

use std::ops::Range;
use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;

use crate::figures::{count, duration};
use crate::results::{Column, Results};
use crate::work::Work;
use crate::worlds::{World, worlds};

/// A plot of times over sizes, both axes logarithmic.
#[derive(Debug, PartialEq)]
pub struct Plot {
    /// Name of the file.
    pub file: String,
    /// Heading.
    pub title: String,
    /// What the sizes are.
    pub sizes: &'static str,
    /// What was measured.
    pub lines: Vec<Line>,
}

/// One column of the results.
#[derive(Debug, PartialEq)]
pub struct Line {
    /// Name in the legend.
    pub name: String,
    /// Ours are drawn through, peers dashed.
    pub ours: bool,
    /// Size and nanoseconds.
    pub points: Vec<(f64, f64)>,
}

type Canvas<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const SIZE: (u32, u32) = (960, 460);
const LEGEND: u32 = 330;
const FONT: &str = "sans-serif";

/// Colours that stay apart for people who see few of them (Okabe and Ito), and two greys.
const COLOURS: [RGBColor; 9] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(40, 40, 40),
    RGBColor(150, 150, 150),
    RGBColor(140, 86, 75),
];

/// Evaluation time by size of the context.
pub fn by_context(results: &Results, work: &Work) -> Vec<Plot> {
    let sizes: Vec<_> = work.by_attributes("equals").iter().map(|one| (one.attributes, one.id.as_str())).collect();
    plots(results, "context", "evaluation of one `==` by size of the context", "attributes of the context", &sizes)
}

/// Update time by size of the document.
pub fn by_flags(results: &Results, work: &Work) -> Vec<Plot> {
    let sizes: Vec<_> = work.first_updates().iter().map(|update| (update.flag_count, update.id.as_str())).collect();
    plots(results, "update", "update by size of the document", "flags of the document", &sizes)
}

fn plots(results: &Results, name: &str, title: &str, sizes: &'static str, points: &[(u64, &str)]) -> Vec<Plot> {
    let plot = |world: World<'_>| Plot {
        file: format!("{name}-{}.svg", world.id),
        title: format!("{}, {title}", world.title),
        sizes,
        lines: world.columns.iter().filter_map(|column| line(results, column, points)).collect(),
    };
    worlds(results).into_iter().map(plot).filter(|plot| !plot.lines.is_empty()).collect()
}

fn line(results: &Results, column: &Column, sizes: &[(u64, &str)]) -> Option<Line> {
    let point = |(size, id): &(u64, &str)| Some((*size as f64, results.time(column, id)?.median));
    let points: Vec<_> = sizes.iter().filter_map(point).collect();
    (!points.is_empty()).then(|| Line { name: column.title(), ours: column.is_ours(), points })
}

/// Draws plots on the same axes, so that they can be compared with each other.
pub fn draw(plots: &[Plot], folder: &Path) -> Result<()> {
    let points = || plots.iter().flat_map(|plot| &plot.lines).flat_map(|line| &line.points);
    let (horizontal, vertical) = (range(points().map(|point| point.0)), range(points().map(|point| point.1)));
    for plot in plots {
        let file = folder.join(&plot.file);
        draw_one(plot, &file, horizontal.clone(), vertical.clone())
            .map_err(|error| anyhow!("cannot draw {}: {error}", file.display()))?;
    }
    Ok(())
}

/// A little more than what is shown.
fn range(figures: impl Iterator<Item = f64>) -> Range<f64> {
    let (mut low, mut high) = (f64::INFINITY, 0.0_f64);
    for figure in figures {
        low = low.min(figure);
        high = high.max(figure);
    }
    low / 1.5..high * 1.5
}

fn draw_one(
    plot: &Plot,
    file: &Path,
    horizontal: Range<f64>,
    vertical: Range<f64>,
) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::new(file, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let root = root.titled(&plot.title.replace('`', ""), (FONT, 19))?;
    let (left, right) = root.split_horizontally(SIZE.0 - LEGEND);
    let mut chart = ChartBuilder::on(&left)
        .margin(12)
        .x_label_area_size(44)
        .y_label_area_size(78)
        .build_cartesian_2d(horizontal.log_scale(), vertical.log_scale())?;
    chart
        .configure_mesh()
        .x_desc(plot.sizes)
        .y_desc("median time, logarithmic")
        .x_label_formatter(&|size| count(*size as u64))
        .y_label_formatter(&|time| whole_duration(*time))
        .light_line_style(RGBColor(240, 240, 240))
        .bold_line_style(RGBColor(215, 215, 215))
        .label_style((FONT, 14))
        .axis_desc_style((FONT, 15))
        .draw()?;
    for (line, (colour, marker)) in plot.lines.iter().zip(colours()) {
        let points = line.points.iter().copied();
        match line.ours {
            true => chart.draw_series(LineSeries::new(points, colour.stroke_width(3)))?,
            false => chart.draw_series(DashedLineSeries::new(points, 7, 5, colour.stroke_width(2)))?,
        };
        chart.draw_series(line.points.iter().map(|point| Circle::new(*point, 4, marker)))?;
    }
    legend(plot, &right)?;
    root.present()?;
    Ok(())
}

/// Colours with the style of their points, which are hollow once the colours come again.
fn colours() -> impl Iterator<Item = (RGBColor, ShapeStyle)> {
    let filled = COLOURS.iter().map(|colour| (*colour, colour.filled()));
    filled.chain(COLOURS.iter().cycle().map(|colour| (*colour, colour.stroke_width(2))))
}

/// The lines by name, the slowest at the top as in the plot.
fn legend(plot: &Plot, canvas: &Canvas<'_>) -> Result<(), Box<dyn std::error::Error>> {
    let mut lines: Vec<_> = plot.lines.iter().zip(colours()).collect();
    let last = |line: &Line| line.points.last().map_or(0.0, |point| point.1);
    lines.sort_by(|(left, _), (right, _)| last(right).total_cmp(&last(left)));
    for (row, (line, (colour, marker))) in (0..).zip(lines) {
        let y = 30 + row * 26;
        let stroke = colour.stroke_width(if line.ours { 3 } else { 2 });
        // A gap in the middle stands for a dashed line.
        let parts = if line.ours { vec![(4, 32)] } else { vec![(4, 13), (23, 32)] };
        for (from, to) in parts {
            canvas.draw(&PathElement::new(vec![(from, y), (to, y)], stroke))?;
        }
        canvas.draw(&Circle::new((18, y), 4, marker))?;
        canvas.draw(&Text::new(line.name.clone(), (42, y - 6), (FONT, 14)))?;
    }
    Ok(())
}

/// Ticks are powers of ten: `10 µs`, not `10.0 µs`.
fn whole_duration(nanoseconds: f64) -> String {
    let text = duration(nanoseconds);
    match text.split_once(' ') {
        Some((figure, unit)) if figure.contains('.') => {
            format!("{} {unit}", figure.trim_end_matches('0').trim_end_matches('.'))
        }
        _ => text,
    }
}
