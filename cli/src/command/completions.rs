//! `burgee completions`: what a shell needs to complete the command line.

use std::io::Write;

use clap::CommandFactory;
use clap_complete::Shell;

use super::Answered;
use crate::exit::Exit;

pub(crate) const EXAMPLES: &str = examples! {
    "where bash looks for them" => "burgee completions bash > ~/.local/share/bash-completion/completions/burgee",
    "for zsh, with `fpath+=~/.zfunc` in ~/.zshrc" => "burgee completions zsh > ~/.zfunc/_burgee",
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The shell
    shell: Shell,
}

impl Arguments {
    pub(crate) fn run(self) -> Answered {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut crate::Arguments::command(), "burgee", &mut script);
        std::io::stdout().lock().write_all(&script)?;
        Ok(Exit::Done)
    }
}
