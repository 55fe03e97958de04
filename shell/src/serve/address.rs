//! Where probes and metrics are answered.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use tokio::net::TcpListener;

/// The port that a Pod's probes, and whoever collects metrics, ask at.
pub const PORT: u16 = 8081;

/// Where they are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServeAddress {
    /// Nowhere.
    Off,
    /// On this port of every address, of IPv6 and of IPv4.
    Everywhere(u16),
    /// Here.
    At(SocketAddr),
}

impl FromStr for ServeAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let port = text.strip_prefix(':').and_then(|port| port.parse().ok());
        match (text, port) {
            ("off", _) => Ok(Self::Off),
            (_, Some(port)) => Ok(Self::Everywhere(port)),
            _ => text.parse().map(Self::At).map_err(|_| {
                "write an address and a port such as 127.0.0.1:8081 or [::1]:8081, :8081 for the port on every address, or \
                 off"
                .to_owned()
            }),
        }
    }
}

impl std::fmt::Display for ServeAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::Everywhere(port) => write!(f, ":{port}"),
            Self::At(address) => address.fmt(f),
        }
    }
}

impl ServeAddress {
    /// Starts to listen. `None` where nothing is to be answered.
    ///
    /// # Errors
    ///
    /// When the address can't be listened on; the message says what to do.
    pub async fn listen(self) -> Result<Option<TcpListener>, String> {
        let listener = match self {
            Self::Off => return Ok(None),
            Self::At(address) => TcpListener::bind(address).await,
            // The one of IPv6 takes IPv4 too, where there is an IPv6.
            Self::Everywhere(port) => match TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)).await {
                Err(error) if error.kind() != io::ErrorKind::AddrInUse => {
                    TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await
                }
                result => result,
            },
        };
        listener.map(Some).map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => format!(
                "--probe-address {self}: another program, maybe another controller, listens there: give another port, or \
                 --probe-address off"
            ),
            _ => format!(
                "--probe-address {self}: can't listen there ({error}): give an address of this machine and a port above 1023, \
                 or --probe-address off"
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_a_port_alone_or_off() {
        for (text, expected) in [
            ("off", ServeAddress::Off),
            (":8081", ServeAddress::Everywhere(8081)),
            ("127.0.0.1:0", ServeAddress::At(([127, 0, 0, 1], 0).into())),
            ("[::1]:9", ServeAddress::At("[::1]:9".parse().unwrap())),
        ] {
            assert_eq!(text.parse(), Ok(expected));
            assert_eq!(expected.to_string(), text);
        }
        for text in ["", "8081", "localhost:8081", ":70000", "0", "OFF"] {
            assert!(text.parse::<ServeAddress>().unwrap_err().contains(":8081 for the port"), "{text}");
        }
    }

    #[tokio::test]
    async fn a_taken_port_is_told_with_what_to_do() {
        let first = ServeAddress::Everywhere(0).listen().await.unwrap().unwrap();
        let port = first.local_addr().unwrap().port();
        for address in [ServeAddress::Everywhere(port), ServeAddress::At(([0, 0, 0, 0], port).into())] {
            let error = address.listen().await.unwrap_err();
            assert!(
                error.contains(&address.to_string()) && error.contains("another port, or --probe-address off"),
                "{error}"
            );
        }
        assert!(ServeAddress::Off.listen().await.unwrap().is_none());
    }
}
