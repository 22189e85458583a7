//! A network of one's own, and one port through which it is reached from outside.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command};
use std::sync::mpsc;
use std::thread;

use nix::sched::{CloneFlags, unshare};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

/// Starts a command in a new network, and relays what the listener accepts to this address inside.
///
/// A socket belongs to the network of the thread that made it. So the listener, which was made outside,
/// and the connections that a thread makes inside can be joined by just that thread.
pub(super) fn spawn_in_new(
    mut command: Command,
    listener: TcpListener,
    inside: SocketAddr,
) -> io::Result<Child> {
    let (tell, answer) = mpsc::channel();
    // It lives as long as this process: with the thread would end what it started.
    thread::spawn(move || {
        let ready = unshare(CloneFlags::CLONE_NEWNET).map_err(io::Error::from).and_then(|()| {
            listener.set_nonblocking(true)?;
            Ok((Builder::new_current_thread().enable_io().build()?, command.spawn()?))
        });
        match ready {
            Ok((runtime, child)) => {
                // Whoever asked is waiting for the answer.
                let _ = tell.send(Ok(child));
                relay(&runtime, listener, inside);
            }
            Err(reason) => {
                let _ = tell.send(Err(reason));
            }
        }
    });
    answer.recv().map_err(io::Error::other)?
}

/// Joins each connection with one of its own inside, until the listener fails.
fn relay(runtime: &Runtime, listener: TcpListener, inside: SocketAddr) {
    // An error is that of one connection, which its both ends notice by themselves.
    let _: io::Result<()> = runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        loop {
            let (mut outer, _) = listener.accept().await?;
            tokio::spawn(async move {
                let mut inner = TcpStream::connect(inside).await?;
                // Small answers of the API server would wait for each other.
                inner.set_nodelay(true)?;
                outer.set_nodelay(true)?;
                tokio::io::copy_bidirectional(&mut outer, &mut inner).await
            });
        }
    });
}
