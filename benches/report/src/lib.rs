//! What the benches measured, as tables for the terminal and for `docs/performance.md`, and as SVG plots.

pub mod document;
pub mod figures;
pub mod machine;
pub mod plots;
pub mod results;
pub mod show;
pub mod statistics;
pub mod tables;
pub mod targets;
pub mod work;
pub mod worlds;
