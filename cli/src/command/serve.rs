//! `burgee serve`: the flag service.

mod example;
mod options;
mod welcome;

use burgee_server::store::sqlite;
use burgee_server::{App, serve};

use self::options::Options;
use self::welcome::Welcome;
use super::Answered;
use crate::exit::Exit;
use crate::failure::{self, Result};
use crate::output::Output;

pub(crate) const EXAMPLES: &str = examples! {
    "on this machine, with data in ./burgee-data" => "burgee serve",
    "with example flags, a user, and requests to paste" => "burgee serve --example",
    "flags of a file, followed as it changes" => "burgee serve --flags flags.json",
    "for a container: reached from outside, data on a volume" => "burgee serve --host 0.0.0.0 --data volume",
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    options: Options,
    /// Begin empty data with the flags of an example, and a user
    #[arg(long)]
    example: bool,
}

impl Arguments {
    pub(crate) fn run(self, output: Output) -> Answered {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        runtime.map_err(|error| failure::runtime(&error))?.block_on(self.serve(output))?;
        Ok(Exit::Done)
    }

    async fn serve(self, output: Output) -> Result<()> {
        let stop = stop()?;
        self.options.log()?;
        let in_lines = self.options.logs_json();
        let config = self.options.config();
        let is_new = !config.data.join(sqlite::FILE).exists();
        let app = App::open(config).await?;
        let opened = async { Ok((serve::listen(&app).await?, serve::listen_for_operators(&app).await?)) };
        let (listener, operators) = match opened.await {
            Ok(opened) => opened,
            Err(error) => {
                app.close().await;
                return Err(failure::cannot_listen(&error));
            }
        };
        if let Some(operators) = operators {
            tokio::spawn(serve::serve_operators(app.clone(), operators));
        }
        let example = match (self.example, is_new) {
            (true, true) => Some(example::begin(&app, output).await?),
            (true, false) => example::again(&app, output),
            (false, _) => None,
        };
        Welcome::new(&app, listener.local_addr()?, example).tell(output, in_lines)?;
        serve::serve(app, listener, stop).await;
        if !in_lines {
            output.remark("burgee has stopped");
        }
        Ok(())
    }
}

/// Done when the process is asked to stop: SIGTERM, or Ctrl-C at a terminal. Asked again, it stops at once.
#[cfg(unix)]
fn stop() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let mut asked = async move || {
        tokio::select! {
            _ = terminate.recv() => 143,
            _ = interrupt.recv() => 130,
        }
    };
    Ok(async move {
        asked().await;
        tokio::spawn(async move {
            let code = asked().await;
            std::process::exit(code);
        });
    })
}

/// Done on Ctrl-C.
#[cfg(not(unix))]
fn stop() -> Result<impl Future<Output = ()>> {
    Ok(async {
        // Where it cannot be heard, the process ends as the system has it.
        let _ = tokio::signal::ctrl_c().await;
    })
}
