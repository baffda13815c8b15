//! `carafe dev`: builds the project, runs it, and does both again after each change.
//!
//! The socket is ours from the first moment to the last. The program inherits it, and while there
//! is none, whoever connects waits in the socket's queue: no request fails because of a restart.
//! When there will be none, because the build failed or the program crashed, we answer ourselves.

mod address;
mod build;
mod change;
mod event;
mod http;
mod options;
mod output;
mod page;
mod process;
mod program;
mod project;
mod quiet;
mod reloads;
mod session;
mod stand_in;
mod watch;

pub(crate) use options::Dev;

use std::sync::mpsc::channel;

use crate::failure::{Failure, Result};
use crate::terminal;

impl Dev {
    pub(crate) fn run(self) -> Result<()> {
        let project = project::Project::read(&self.choice)?;
        let socket = address::bind(&self)?;
        let failure = |error| Failure::new(format!("cannot listen: {error}"));
        let address = socket.local_addr().map_err(failure)?;
        let reloads = reloads::Reloads::start(address.ip()).map_err(failure)?;
        let (events, happened) = channel();
        let stop = events.clone();
        ctrlc::set_handler(move || drop(stop.send(event::Event::Stop)))
            .map_err(|error| Failure::new(format!("Ctrl-C cannot be caught: {error}")))?;
        let watch = watch::Watch::start(events.clone())?;
        terminal::say(format_args!(
            "`{}` at http://{address}, built again when you save (Ctrl-C stops it)",
            project.binary
        ));
        session::Session::new(self, socket, reloads, watch, events).run(project, &happened)
    }
}
