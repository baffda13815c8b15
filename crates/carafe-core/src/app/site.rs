//! An app that is put together and frozen: what answers requests.

use std::ffi::OsString;
use std::fmt;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;

use super::answering::Answering;
use super::hooks::{ServingStep, StartStep};
use super::node::Node;
use super::route::Hosts;
use crate::command::{Asked, Console, Line, with_console};
use crate::error::{Kind, Result};
use crate::frame::Frame;
use crate::middleware::{Pipeline, TrustedProxies};
use crate::routing::Table;
use crate::scope::Scope;
use crate::url::Url;

/// An app that is put together, checked and frozen: the same value behind the server, the test
/// client and serverless functions.
pub struct Site {
    pub(crate) frame: Arc<Frame>,
    pub(super) nodes: Vec<Node>,
    pub(super) hosts: Hosts,
    pub(super) pipeline: Pipeline,
    /// None where no proxy is trusted, which is most sites while they are written.
    pub(super) proxies: Option<TrustedProxies>,
    pub(super) keeps_headers: bool,
    /// Whether any route may be answered the short way: else none is looked up for it.
    pub(super) has_short_ways: bool,
    pub(super) line: Line,
    pub(super) before_serving: Vec<ServingStep>,
    pub(super) on_start: Vec<StartStep>,
    pub(super) on_stop: Vec<StartStep>,
}

impl Site {
    /// The name of the outermost app.
    pub fn name(&self) -> &str {
        &self.frame.name
    }

    /// All routes.
    pub fn table(&self) -> &Table {
        &self.frame.table
    }

    /// Answers one request: the door for servers, tests and serverless alike.
    pub async fn handle(self: &Arc<Self>, request: Request) -> Response {
        Answering::begin(self, request, None).await
    }

    /// Runs a future in the scope of this site, outside of a request: commands, tasks, tests.
    pub async fn scope<F: Future>(&self, future: F) -> F::Output {
        Scope::of_site(self.frame.clone()).run(future).await
    }

    /// Runs a command by its words (`["routes", "--json"]`), and returns its exit code.
    pub async fn command<W: Into<OsString>>(
        self: &Arc<Self>,
        words: impl IntoIterator<Item = W>,
        console: &Console,
    ) -> u8 {
        let words = words.into_iter().map(Into::into).collect();
        match self.line.read(self.name(), words) {
            Asked::Print(text) => {
                console.write(&text);
                0
            }
            Asked::Wrong(text) => {
                console.complain(text.trim_end());
                2
            }
            Asked::Serve(flags) => {
                let done = self.listen(&flags, console).await;
                exit_code(self.advised(done).await, console)
            }
            Asked::Run(command, matches) => {
                let run = with_console(console.clone(), command.run(matches));
                let done = self.scope(run).await;
                exit_code(self.advised(done).await, console)
            }
        }
    }

    /// An outcome whose error says what to do about it, if any component knows.
    pub(super) async fn advised(&self, done: Result<()>) -> Result<()> {
        match done {
            Ok(()) => Ok(()),
            Err(error) => Err(self.scope(self.frame.advisers.advised(error)).await),
        }
    }

    /// A link as text, outside of a request.
    pub fn url(&self, url: &Url) -> Result<String> {
        url.write(&Scope::of_site(self.frame.clone()))
    }

    pub(crate) fn node(&self, app: usize) -> &Node {
        &self.nodes[app]
    }

    pub(crate) fn hosts(&self) -> &Hosts {
        &self.hosts
    }
}

/// Says what went wrong; words that make no sense are 2, all else is 1.
fn exit_code(outcome: Result<()>, console: &Console) -> u8 {
    match outcome {
        Ok(()) => 0,
        Err(error) => {
            console.complain(format_args!("error: {}", error.to_person()));
            if error.kind() == Kind::Usage { 2 } else { 1 }
        }
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site")
            .field("name", &self.name())
            .field("routes", &self.table().rules().count())
            .finish_non_exhaustive()
    }
}
