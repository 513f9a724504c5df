//! How the command ends: stable numbers, for scripts.

use std::process::ExitCode;

/// The numbers; `burgee --help` and `docs/service/cli.md` list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It was done, or the answer is yes.
    Done = 0,
    /// The answer is no: findings, an error answer, nothing of that name, refused, not healthy, a log that does not hold.
    No = 1,
    /// The command line, or a file or text that it names, cannot be understood.
    Usage = 2,
    /// The data folder cannot be used.
    Data = 3,
    /// The address cannot be listened on.
    Network = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// What stands below the help of the whole command.
pub(crate) const TABLE: &str = "\
\x1b[1;4mExit codes:\x1b[0m
  0  it was done, or the answer is yes
  1  the answer is no: findings, an error answer, nothing of that name, refused, not healthy, a log that does not hold
  2  the command line, or a file or text that it names, cannot be understood
  3  the data folder cannot be used: in use, not there, not writable, of a newer version, full, broken
  4  the address cannot be listened on";
