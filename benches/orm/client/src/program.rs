//! The program of a client.

use std::io::{BufRead, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use crate::measure::measure;
use crate::work::Work;
use crate::{Client, Result, right};

/// Does what the lines of the standard input ask for, until they end.
pub fn run<C: Client>() -> ExitCode {
    let done = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(answer::<C>()),
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("error: {}", error.0.replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}

async fn answer<C: Client>() -> Result<()> {
    let url = std::env::args().nth(1).ok_or("the URL of a database is missing")?;
    let client = Arc::new(C::open(&url).await?);
    // Nothing else is to be done while it waits for a line.
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["check", ref works @ ..] => {
                for work in works {
                    right::check(&*client, work.parse()?).await?;
                }
                println!("ok");
            }
            [work, tasks, time] => {
                let work: Work = work.parse()?;
                let time = Duration::from_millis(time.parse()?);
                println!("{}", measure(&client, work, tasks.parse()?, time).await?);
            }
            _ => return Err(format!("`{line}` is not understood").into()),
        }
        std::io::stdout().flush()?;
    }
    Ok(())
}
