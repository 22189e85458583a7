//! A loopback address of one's own, so that servers can have fixed ports without meeting.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};

use super::Failure;

/// The port that says "this address is taken" for as long as its listener lives.
const CLAIM: u16 = 20_999;
const TRIES: usize = 64;

/// An address in 127.64.0.0/10 that no other testbed uses while this lives.
///
/// kube-apiserver and kwok cannot be told "any port" and say which it became, and a port that is found
/// by binding and letting go may be another's by the time they bind it. All of 127.0.0.0/8 is loopback
/// on Linux, so every testbed and every Envoy gets an address instead, held by a listener on one agreed
/// port. The other ports of the address are then its owner's: they are below the range that the kernel
/// hands out, stay the same when a server is started again, and only a program that listens on *all*
/// addresses at one of just these ports could be in the way.
#[derive(Debug)]
pub struct OwnAddress {
    claim: TcpListener,
}

impl OwnAddress {
    /// Takes a free address.
    ///
    /// # Errors
    /// [`Failure::Address`] when none can be taken, which outside Linux is the rule.
    pub fn take() -> Result<Self, Failure> {
        let mut outcome = Self::claim(random_address());
        for _ in 1..TRIES {
            if outcome.is_ok() {
                break;
            }
            outcome = Self::claim(random_address());
        }
        outcome.map_err(|reason| Failure::Address { tries: TRIES, reason })
    }

    /// Takes just this one, which somebody outside of this network has taken for us.
    ///
    /// # Errors
    /// [`Failure::Address`] when it is taken in this network too.
    pub fn take_this(address: Ipv4Addr) -> Result<Self, Failure> {
        Self::claim(address).map_err(|reason| Failure::Address { tries: 1, reason })
    }

    fn claim(address: Ipv4Addr) -> std::io::Result<Self> {
        Ok(Self { claim: TcpListener::bind((address, CLAIM))? })
    }

    /// The address.
    pub fn ip(&self) -> IpAddr {
        // A bound listener has an address; should the system not tell, no server could bind there.
        self.claim.local_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip())
    }

    /// One of its ports.
    pub fn port(&self, port: u16) -> SocketAddr {
        SocketAddr::new(self.ip(), port)
    }
}

/// Random, because one that has just been let go may have servers that are still ending.
fn random_address() -> Ipv4Addr {
    // The standard library's one source of randomness.
    let [a, b, c, ..] = RandomState::new().build_hasher().finish().to_be_bytes();
    // Host numbers 0 and 255 look like a network and a broadcast to some programs.
    Ipv4Addr::new(127, 64 | (a & 0x3f), b, c.clamp(1, 254))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_loopback_and_has_one_owner() {
        let own = OwnAddress::take().expect("Linux has many");
        let IpAddr::V4(ip) = own.ip() else { panic!("not IPv4: {}", own.ip()) };
        assert!(ip.is_loopback());
        OwnAddress::claim(ip).expect_err("it is taken");
        drop(own);
        OwnAddress::claim(ip).expect("it is free again");
    }
}
