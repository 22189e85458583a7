//! When a program that others use is no more needed.

use std::sync::mpsc::{self, Receiver, Sender};
use std::{io, thread};

use tokio::signal::unix::{SignalKind, signal};

use super::Failure;

/// Answers once when nobody needs this program any more: its standard input has closed, or SIGTERM,
/// SIGINT or SIGHUP came. Begins to listen at once, so that an end that comes while servers start is not
/// missed.
///
/// # Errors
/// When the system refuses signal handlers.
pub fn end_of_use() -> Result<Receiver<()>, Failure> {
    let (tell, end) = end_by_signal()?;
    thread::spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        tell.send(())
    });
    Ok(end)
}

/// The same by a signal alone, and who else may tell.
///
/// # Errors
/// As [`end_of_use`].
pub fn end_by_signal() -> Result<(Sender<()>, Receiver<()>), Failure> {
    let failed = |reason| Failure::Start { program: "signal handlers".to_owned(), reason };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let mut signals = {
        let _inside = runtime.enter();
        let kinds = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()];
        let [terminate, interrupt, hangup] = kinds.map(signal);
        [terminate.map_err(failed)?, interrupt.map_err(failed)?, hangup.map_err(failed)?]
    };
    let (tell, end) = mpsc::channel();
    let by_signal = tell.clone();
    thread::spawn(move || {
        let [terminate, interrupt, hangup] = &mut signals;
        runtime.block_on(async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
                _ = hangup.recv() => {}
            }
        });
        by_signal.send(())
    });
    Ok((tell, end))
}
