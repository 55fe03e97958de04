//! The API server's port, held for as long as the cluster lives.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::os::fd::OwnedFd;

use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, getsockname, socket_with, sockopt};

use crate::Error;

/// A free port of 127.0.0.1 that nobody else can get.
///
/// To ask the system for a free port, close it and pass its number on is a race, and it would be one again at each
/// restart of the API server. So the socket stays bound: it never listens, so no connection comes here and while the API
/// server is stopped clients are refused as they should be. `SO_REUSEPORT` (`--permit-port-sharing` of the API server) lets
/// a second socket of the same user listen on it; the system doesn't hand such a port out as a free one.
#[derive(Debug)]
pub(crate) struct Port {
    number: u16,
    _held: OwnedFd,
}

impl Port {
    pub(crate) fn hold() -> Result<Port, Error> {
        Port::try_hold().map_err(Error::io("holding a port of 127.0.0.1"))
    }

    fn try_hold() -> Result<Port, std::io::Error> {
        let socket = socket_with(AddressFamily::INET, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
        sockopt::set_socket_reuseport(&socket, true)?;
        bind(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0))?;
        let number = SocketAddr::try_from(getsockname(&socket)?)?.port();
        Ok(Port { number, _held: socket })
    }

    pub(crate) fn number(&self) -> u16 {
        self.number
    }

    pub(crate) fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.number).into()
    }
}

#[cfg(test)]
mod tests {
    use super::Port;
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn a_held_port_is_taken_but_refuses_connections() {
        let port = Port::hold().unwrap();
        assert!(TcpListener::bind(port.address()).is_err());
        assert!(TcpStream::connect(port.address()).is_err());
    }

    #[test]
    fn no_two_hold_the_same_port() {
        let held: Vec<Port> = (0..200).map(|_| Port::hold().unwrap()).collect();
        let mut numbers: Vec<u16> = held.iter().map(Port::number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), held.len());
    }
}
