//! Answers on the program's socket while there is no program.

use std::io::{self, PipeWriter};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

use rustix::event::{PollFd, PollFlags, poll};

use super::http::{self, Head};
use super::page::Page;

const MOST_AT_ONCE: usize = 128;

/// Stops when dropped: from then on, who connects waits for the program.
pub(super) struct StandIn {
    /// Its end wakes the thread.
    wake: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

impl StandIn {
    pub(super) fn start(socket: &TcpListener, page: Page) -> io::Result<Self> {
        let socket = socket.try_clone()?;
        // A program that is ending may take a connection between our look and our grasp.
        socket.set_nonblocking(true)?;
        let (asleep, wake) = io::pipe()?;
        let page = Arc::new(page);
        let thread = thread::spawn(move || {
            let busy = Arc::new(AtomicUsize::new(0));
            loop {
                let mut both =
                    [PollFd::new(&asleep, PollFlags::IN), PollFd::new(&socket, PollFlags::IN)];
                match poll(&mut both, None) {
                    Err(rustix::io::Errno::INTR) => continue,
                    Err(_) => return,
                    Ok(_) if !both[0].revents().is_empty() => return,
                    Ok(_) => {}
                }
                if let Ok((stream, _)) = socket.accept() {
                    serve(stream, &page, &busy);
                }
            }
        });
        Ok(Self { wake: Some(wake), thread: Some(thread) })
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        drop(self.wake.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(mut stream: TcpStream, page: &Arc<Page>, busy: &Arc<AtomicUsize>) {
    if busy.fetch_add(1, Ordering::Relaxed) >= MOST_AT_ONCE {
        busy.fetch_sub(1, Ordering::Relaxed);
        return;
    }
    let (page, busy) = (page.clone(), busy.clone());
    thread::spawn(move || {
        // Some systems hand the listener's way of waiting down.
        if stream.set_nonblocking(false).is_ok()
            && let Some(head) = Head::read(&mut stream)
        {
            let _ = http::answer(stream, &page.answer(&head));
        }
        busy.fetch_sub(1, Ordering::Relaxed);
    });
}
