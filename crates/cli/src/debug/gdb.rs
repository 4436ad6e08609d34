//! `--gdb`: where gdb finds the program.

use skink_debug::command::Interpreter;
use skink_engine::Exit;
use skink_gdb::End;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::process::ExitCode;

/// A host and a port, as the user wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    host: String,
    port: u16,
}

/// `HOST:PORT`, `:PORT`, `PORT`; an IPv6 address stands in brackets.
pub(crate) fn address(text: &str) -> Result<Address, String> {
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    let port = port.parse().map_err(|_| "expected HOST:PORT, :PORT or PORT, with a port from 0 to 65535")?;
    // Whoever connects may do all that the user may: the network must be asked for.
    let host = if host.is_empty() { "127.0.0.1" } else { host };
    Ok(Address { host: host.to_owned(), port })
}

/// Listens there; an error says where.
pub(super) fn bind(address: &Address) -> std::io::Result<(TcpListener, SocketAddr)> {
    let Address { host, port } = address;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let listen = || {
        let found: Vec<_> = (host, *port).to_socket_addrs()?.collect();
        let listener = TcpListener::bind(&found[..])?;
        let at = listener.local_addr()?;
        Ok((listener, at))
    };
    listen().map_err(|error: std::io::Error| std::io::Error::other(format!("{host}:{port}: {error}")))
}

/// A socket that waits for gdb.
pub(crate) struct Listening(TcpListener);

impl Listening {
    /// Listens, and says where.
    pub(crate) fn at(address: &Address) -> Result<Listening, ExitCode> {
        bind(address).map_or_else(
            |error: std::io::Error| {
                super::say(&format!("skink: cannot wait for gdb: {error}"));
                Err(ExitCode::from(2))
            },
            |(listener, at)| {
                // From the moment that somebody can know of it.
                skink_linux::debug::set_attended(false);
                super::say(&format!("skink: waiting for gdb: target remote {at}"));
                Ok(Listening(listener))
            },
        )
    }

    /// Serves gdb. The status is the program's, 128 and the signal's number if it died of one, and 0 if it was killed.
    pub(crate) fn serve(&self, interpreter: Interpreter) -> ExitCode {
        match skink_gdb::serve(&self.0, interpreter, &mut Here) {
            Ok(End::Exited(Exit::Status(status))) => ExitCode::from(status as u8),
            Ok(End::Exited(Exit::Signal(number))) => ExitCode::from(128u8.wrapping_add(number as u8)),
            Ok(End::Killed) => ExitCode::SUCCESS,
            Err(error) => {
                super::say(&format!("skink: {error}"));
                ExitCode::from(2)
            }
        }
    }
}

/// This end of the connection.
struct Here;

impl skink_gdb::Host for Here {
    fn say(&mut self, line: &str) {
        super::say(&format!("skink: {line}"));
    }

    fn attended(&mut self, attended: bool) {
        skink_linux::debug::set_attended(attended);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_unless_another_is_named() {
        let parts = |text| address(text).map(|a| (a.host, a.port));
        assert_eq!(parts(":1234"), Ok(("127.0.0.1".to_owned(), 1234)));
        assert_eq!(parts("1234"), Ok(("127.0.0.1".to_owned(), 1234)));
        assert_eq!(parts("0.0.0.0:9"), Ok(("0.0.0.0".to_owned(), 9)));
        assert_eq!(parts("[::1]:9"), Ok(("[::1]".to_owned(), 9)));
        assert!(parts("host").is_err() && parts("host:70000").is_err());
    }
}
