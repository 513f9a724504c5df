//! `burgee log`: the events of a data folder.

mod compact;
mod tail;
mod verify;

use super::Answered;
use crate::output::Output;

pub(crate) const EXAMPLES: &str = examples! {
    "what happened last" => "burgee log tail",
    "whether it is what was appended" => "burgee log verify",
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Show events, the newest last
    #[command(after_help = tail::EXAMPLES)]
    Tail(tail::Arguments),
    /// Check that the log is what was appended
    #[command(after_help = verify::EXAMPLES)]
    Verify(verify::Arguments),
    /// Let go of old events
    #[command(after_help = compact::EXAMPLES)]
    Compact(compact::Arguments),
}

impl Arguments {
    pub(crate) fn run(self, output: Output) -> Answered {
        match self.what {
            What::Tail(arguments) => arguments.run(output),
            What::Verify(arguments) => arguments.run(output),
            What::Compact(arguments) => arguments.run(output),
        }
    }
}
