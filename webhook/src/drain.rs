//! The end of the program, announced to everything that has to finish first.

use tokio::sync::watch;

/// Tells whether the program is about to end. Clones tell the same.
#[derive(Clone)]
pub struct Drain {
    begun: watch::Receiver<bool>,
}

/// Begins the end.
pub struct Signal(watch::Sender<bool>);

/// A signal that was not given yet, and what tells of it.
pub fn channel() -> (Signal, Drain) {
    let (sender, begun) = watch::channel(false);
    (Signal(sender), Drain { begun })
}

impl Signal {
    /// From now on the program is not ready any more, and finishes what it has.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }
}

impl Drain {
    /// Whether it was begun.
    pub fn has_begun(&self) -> bool {
        *self.begun.borrow()
    }

    /// Waits until it is begun, or can only be.
    pub async fn begun(&mut self) {
        let _ = self.begun.wait_for(|begun| *begun).await;
    }
}

/// Waits for SIGTERM or SIGINT.
pub async fn interrupted() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
