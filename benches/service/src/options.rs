//! What the command line asks for.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::aims::ROWS;

/// What `--help` says.
pub const HELP: &str = "\
burgee-bench-service: load for the service and its peers

  burgee-bench-service measure --folder DIR [options]
    --folder DIR     for results, logs and data
    --burgee FILE    the executable of ours; likewise --flagd and --edge of the peers; what is not named is left out
    --core N         the core of servers (0); this process runs on another one, see `taskset`
    --only LIST      only these rows, for example `single,append`
    --rounds N       rounds of each row with load (3)
    --seconds N      how long a round loads (10)
    --quick          one round of two seconds, few streams and events; the figures say nothing

  burgee-bench-service report --folder DIR [--write FILE]
    prints the tables of the last results; --write puts them between the markers of a document
";

/// How long and how much is measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// Rounds of each row with load.
    pub rounds: usize,
    /// Of one round.
    pub load: Duration,
    /// Before each round.
    pub warm: Duration,
    /// Of the row at a constant rate.
    pub recorded: Duration,
    /// How many streams are open at once.
    pub streams: usize,
    /// How many changes they see.
    pub changes: usize,
    /// How many changes a single stream sees.
    pub single_changes: usize,
    /// How often each start is timed.
    pub starts: usize,
    /// Events in the log behind a snapshot.
    pub events: usize,
    /// Whether this is too little to say anything.
    pub quick: bool,
}

impl Scale {
    /// Enough for figures that can be told.
    pub fn full() -> Self {
        Self {
            rounds: 3,
            load: Duration::from_secs(10),
            warm: Duration::from_secs(2),
            recorded: Duration::from_secs(60),
            streams: 10_000,
            changes: 10,
            single_changes: 500,
            starts: 11,
            events: 100_000,
            quick: false,
        }
    }

    /// Enough to see that everything works.
    pub fn quick() -> Self {
        Self {
            rounds: 1,
            load: Duration::from_secs(2),
            warm: Duration::from_secs(1),
            recorded: Duration::from_secs(5),
            streams: 500,
            changes: 3,
            single_changes: 50,
            starts: 3,
            events: 2_000,
            quick: true,
        }
    }
}

/// What to measure.
#[derive(Debug)]
pub struct Measure {
    /// For results, logs and data.
    pub folder: PathBuf,
    /// Executables of ours and the peers.
    pub programs: [Option<PathBuf>; 3],
    /// The core of servers.
    pub core: usize,
    /// In the order of [`ROWS`].
    pub rows: Vec<&'static str>,
    /// How much.
    pub scale: Scale,
}

/// What to do.
#[derive(Debug)]
pub enum Action {
    /// Print the help.
    Help,
    /// Measure.
    Measure(Box<Measure>),
    /// Print tables.
    Report {
        /// Of the results.
        folder: PathBuf,
        /// The document to write.
        write: Option<PathBuf>,
    },
}

/// Reads the arguments behind the name of the program.
pub fn read(mut arguments: pico_args::Arguments) -> Result<Action> {
    if arguments.contains(["-h", "--help"]) {
        return Ok(Action::Help);
    }
    let command = arguments.subcommand()?;
    let folder: PathBuf = arguments.value_from_str("--folder")?;
    let action = match command.as_deref() {
        Some("measure") => Action::Measure(Box::new(measure(&mut arguments, folder)?)),
        Some("report") => Action::Report { folder, write: arguments.opt_value_from_str("--write")? },
        _ => anyhow::bail!("`measure` or `report` must come first; `--help` says more"),
    };
    let rest = arguments.finish();
    ensure!(rest.is_empty(), "unknown arguments {rest:?}; `--help` lists what there is");
    Ok(action)
}

fn measure(arguments: &mut pico_args::Arguments, folder: PathBuf) -> Result<Measure> {
    let mut scale = if arguments.contains("--quick") { Scale::quick() } else { Scale::full() };
    if let Some(rounds) = arguments.opt_value_from_str("--rounds")? {
        scale.rounds = rounds;
    }
    if let Some(seconds) = arguments.opt_value_from_str("--seconds")? {
        scale.load = Duration::from_secs(seconds);
    }
    ensure!(scale.rounds > 0 && !scale.load.is_zero(), "a round and a second are the least");
    let only: Option<String> = arguments.opt_value_from_str("--only")?;
    let mut programs = [None, None, None];
    for (place, name) in programs.iter_mut().zip(["--burgee", "--flagd", "--edge"]) {
        *place = arguments.opt_value_from_str(name)?;
    }
    let core = arguments.opt_value_from_str("--core")?.unwrap_or(0);
    Ok(Measure { folder, programs, core, rows: rows(only.as_deref())?, scale })
}

/// The rows of a list, or all.
pub fn rows(only: Option<&str>) -> Result<Vec<&'static str>> {
    let Some(only) = only else {
        return Ok(ROWS.to_vec());
    };
    let names: Vec<&str> = only.split(',').map(str::trim).collect();
    for name in &names {
        ensure!(ROWS.contains(name), "no row is named `{name}`; there are {}", ROWS.join(", "));
    }
    Ok(ROWS.into_iter().filter(|row| names.contains(row)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Action> {
        read(pico_args::Arguments::from_vec(words.iter().map(Into::into).collect()))
    }

    #[test]
    fn rows_are_taken_in_their_own_order() {
        assert_eq!(rows(Some("append, single")).unwrap(), ["single", "append"]);
        assert_eq!(rows(None).unwrap(), ROWS);
        assert!(rows(Some("singel")).unwrap_err().to_string().contains("`singel`"));
    }

    #[test]
    fn options_change_the_scale() {
        let words = ["measure", "--folder", "f", "--quick", "--seconds", "3", "--flagd", "x", "--core", "1"];
        let Action::Measure(measure) = parse(&words).unwrap() else { panic!("no measure") };
        assert_eq!((measure.scale.rounds, measure.scale.load.as_secs(), measure.core), (1, 3, 1));
        assert_eq!(measure.programs, [None, Some("x".into()), None]);
        assert!(parse(&["measure", "--folder", "f", "--rounds", "0"]).is_err());
        assert!(parse(&["measure", "--folder", "f", "--nothing"]).is_err());
        assert!(parse(&["--folder", "f"]).is_err());
    }
}
