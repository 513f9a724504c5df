//! The command `burgee`: arguments, the command they name, the exit code.

/// Examples for the end of a command's help: what each is for, and the command line.
macro_rules! examples {
    ($first:literal => $line:literal, $($about:literal => $command:literal,)*) => {
        concat!(
            "\x1b[1;4mExamples:\x1b[0m\n",
            "  \x1b[2m# ", $first, "\x1b[0m\n  ", $line,
            $("\n  \x1b[2m# ", $about, "\x1b[0m\n  ", $command,)*
        )
    };
}

mod command;
mod document;
mod exit;
mod failure;
mod output;
mod snippet;

use std::process::ExitCode;

use clap::Parser;
use clap::builder::Styles;
use clap::builder::styling::{AnsiColor, Style};

use crate::command::{completions, eval, export, health, import, key, log, migrate, serve, snapshot, user, validate};
use crate::output::Output;

/// Feature flags: a service that keeps and serves them, and the tools around it
#[derive(Parser)]
#[command(
    name = "burgee",
    version,
    propagate_version = true,
    max_term_width = 100,
    styles = STYLES,
    after_help = exit::TABLE,
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    output: Output,
}

const STYLES: Styles = Styles::styled()
    .header(Style::new().bold().underline())
    .usage(Style::new().bold().underline())
    .literal(AnsiColor::Cyan.on_default())
    .placeholder(Style::new().dimmed());

#[derive(clap::Subcommand)]
enum Command {
    /// Start the flag service
    #[command(after_help = serve::EXAMPLES)]
    Serve(Box<serve::Arguments>),
    /// Evaluate flags of a file
    #[command(after_help = eval::EXAMPLES)]
    Eval(eval::Arguments),
    /// Check flag files as the service would when it loads them
    #[command(after_help = validate::EXAMPLES)]
    Validate(validate::Arguments),
    /// Add users, and give them other passwords
    #[command(after_help = user::EXAMPLES)]
    User(user::Arguments),
    /// Make, replace, revoke and list keys of programs
    #[command(after_help = key::EXAMPLES)]
    Key(key::Arguments),
    /// Ask a service whether it is ready
    #[command(after_help = health::EXAMPLES)]
    Health(health::Arguments),
    /// Read and tend the log of changes
    #[command(after_help = log::EXAMPLES)]
    Log(log::Arguments),
    /// Make a snapshot of the state
    #[command(after_help = snapshot::EXAMPLES)]
    Snapshot(snapshot::Arguments),
    /// Write the log, or the flags of an environment, to a file
    #[command(after_help = export::EXAMPLES)]
    Export(export::Arguments),
    /// Take over flags from a file, or a whole log
    #[command(after_help = import::EXAMPLES)]
    Import(import::Arguments),
    /// Bring the schema of the data up to date, or back
    #[command(after_help = migrate::EXAMPLES)]
    Migrate(migrate::Arguments),
    /// Print the completions for a shell
    #[command(after_help = completions::EXAMPLES)]
    Completions(completions::Arguments),
}

fn main() -> ExitCode {
    let Arguments { command, output } = Arguments::parse();
    let ended = match command {
        Command::Serve(arguments) => arguments.run(output),
        Command::Eval(arguments) => arguments.run(output),
        Command::Validate(arguments) => arguments.run(output),
        Command::User(arguments) => arguments.run(output),
        Command::Key(arguments) => arguments.run(output),
        Command::Health(arguments) => arguments.run(output),
        Command::Log(arguments) => arguments.run(output),
        Command::Snapshot(arguments) => arguments.run(output),
        Command::Export(arguments) => arguments.run(output),
        Command::Import(arguments) => arguments.run(output),
        Command::Migrate(arguments) => arguments.run(output),
        Command::Completions(arguments) => arguments.run(),
    };
    let exit = ended.unwrap_or_else(|failure| {
        if !failure.is_silent() {
            output.failure(&failure);
        }
        failure.exit
    });
    exit.into()
}
