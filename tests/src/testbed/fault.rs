//! Servers that misbehave where an Envoy's admin port is expected.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use super::Failure;

/// How a server misbehaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Takes the connection and closes it once something was asked.
    Close,
    /// A well-formed answer whose body is one JSON string of this many bytes.
    Flood(u64),
    /// Takes the connection and the request, and never says anything.
    Hang,
    /// Sends the asker elsewhere.
    Redirect(String),
    /// Bytes that are no HTTP.
    Rubbish,
}

/// A server with one [`Fault`], on a port of its own; gone when it is dropped, with its connections.
#[derive(Debug)]
pub struct FaultServer {
    address: SocketAddr,
    state: Arc<State>,
    acceptor: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct State {
    ending: AtomicBool,
    connections: Mutex<Vec<TcpStream>>,
}

impl FaultServer {
    /// Starts one.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start(fault: Fault) -> Result<Self, Failure> {
        let failed = |reason| Failure::Start { program: format!("{fault:?} on loopback"), reason };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let acceptor = thread::spawn(move || accept(&listener, &fault, &shared));
        Ok(Self { address, state, acceptor: Some(acceptor) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.state.ending.store(true, Ordering::SeqCst);
        // Wakes the acceptor, which then sees that it is to end.
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
        if let Ok(connections) = self.state.connections.lock() {
            for connection in connections.iter() {
                let _ = connection.shutdown(Shutdown::Both);
            }
        }
    }
}

fn accept(listener: &TcpListener, fault: &Fault, state: &State) {
    for connection in listener.incoming().flatten() {
        if state.ending.load(Ordering::SeqCst) {
            return;
        }
        if let (Ok(kept), Ok(mut connections)) = (connection.try_clone(), state.connections.lock()) {
            connections.push(kept);
        }
        let fault = fault.clone();
        thread::spawn(move || {
            // The other side may go away at any point; that is its right.
            let _ = misbehave(&fault, &connection);
            let _ = connection.shutdown(Shutdown::Both);
        });
    }
}

fn misbehave(fault: &Fault, mut connection: &TcpStream) -> io::Result<()> {
    let mut request = [0; 4096];
    if connection.read(&mut request)? == 0 {
        return Ok(());
    }
    match fault {
        Fault::Close => Ok(()),
        Fault::Flood(bytes) => flood(connection, *bytes),
        // Until the other side has had enough.
        Fault::Hang => io::copy(&mut connection, &mut io::sink()).map(drop),
        Fault::Redirect(to) => write!(
            connection,
            "HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        ),
        Fault::Rubbish => connection.write_all(b"\x16\x03\x01\xff\xfe rubbish \0\0\r\n\r\n{]"),
    }
}

fn flood(mut connection: &TcpStream, bytes: u64) -> io::Result<()> {
    write!(
        connection,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {bytes}\r\n\
         connection: close\r\n\r\n"
    )?;
    connection.write_all(b"\"")?;
    io::copy(&mut io::repeat(b'a').take(bytes.saturating_sub(2)), &mut connection)?;
    connection.write_all(b"\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(server: &FaultServer) -> TcpStream {
        let mut connection = TcpStream::connect(server.address()).expect("it listens");
        connection.write_all(b"GET /config_dump HTTP/1.1\r\nhost: x\r\n\r\n").expect("it reads");
        connection
    }

    #[test]
    fn a_flood_is_as_long_as_it_says() {
        let server = FaultServer::start(Fault::Flood(1_000_000)).expect("a port");
        let mut answer = Vec::new();
        ask(&server).read_to_end(&mut answer).expect("it ends");
        let text = String::from_utf8(answer).expect("it is text");
        let (head, body) = text.split_once("\r\n\r\n").expect("it has a head");
        assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
        assert_eq!(body.len(), 1_000_000);
    }

    #[test]
    fn a_hang_says_nothing_and_ends_with_its_server() {
        let server = FaultServer::start(Fault::Hang).expect("a port");
        let mut connection = ask(&server);
        connection.set_nonblocking(true).expect("a socket can");
        let failure = connection.read(&mut [0]).expect_err("nothing has come");
        assert_eq!(failure.kind(), io::ErrorKind::WouldBlock);
        connection.set_nonblocking(false).expect("a socket can");
        drop(server);
        // In order, or reset because not all of the request had been read.
        assert_eq!(connection.read(&mut [0]).unwrap_or(0), 0);
    }

    #[test]
    fn rubbish_is_no_http() {
        let server = FaultServer::start(Fault::Rubbish).expect("a port");
        let mut answer = Vec::new();
        ask(&server).read_to_end(&mut answer).expect("it ends");
        assert!(!answer.starts_with(b"HTTP/"));
        minreq::get(format!("http://{}", server.address())).send().expect_err("a client cannot read it");
    }
}
