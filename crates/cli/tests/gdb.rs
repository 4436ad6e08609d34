//! The real gdb over `--gdb`: the sessions in `tests/gdb`, and peers that misbehave.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::sync::Once;
use std::time::Duration;

const COMPILER: &str = "arm-linux-gnueabihf-gcc";
const GDB: &str = "gdb-multiarch";
/// Where the cross compiler has its C library.
const SYSROOT: &str = "/usr/arm-linux-gnueabihf";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn threads() -> PathBuf {
    static BUILT: Once = Once::new();
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gdb-threads");
    BUILT.call_once(|| {
        let mut command = Command::new(COMPILER);
        command.args(["-g", "-O0", "-marm", "-mfpu=neon", "-pthread", "-o"]);
        command.arg(&program).arg(root().join("tests/gdb/threads.c"));
        let status = command.status();
        let status = status.unwrap_or_else(|e| panic!("{COMPILER} (Debian: gcc-arm-linux-gnueabihf): {e}"));
        assert!(status.success());
    });
    program
}

/// skink, waiting for gdb.
struct Server {
    child: Child,
    address: String,
    stderr: BufReader<ChildStderr>,
}

impl Server {
    fn start(subcommand: &str, arguments: &[&str]) -> Server {
        let mut command = Command::new(env!("CARGO_BIN_EXE_skink"));
        command.args([subcommand, "--gdb", ":0"]).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        stderr.read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("skink: waiting for gdb: target remote ");
        let address =
            address.unwrap_or_else(|| panic!("expected where skink listens, found {line:?}")).to_owned();
        assert!(address.starts_with("127.0.0.1:"), "{address}");
        Server { child, address, stderr }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stderr.read_line(&mut line).unwrap();
        line
    }

    fn end(self) -> Output {
        self.child.wait_with_output().unwrap()
    }
}

/// Does a session; every text behind `#=` has to come, in order.
fn session(name: &str, how: &str, subcommand: &str) -> Output {
    let program = threads();
    let server = Server::start(subcommand, &["-L", SYSROOT, program.to_str().unwrap(), "a", "b"]);
    let script = root().join("tests/gdb").join(name);
    let mut command = Command::new(GDB);
    command.args([
        "-nx",
        "-batch",
        "-ex",
        "set pagination off",
        "-ex",
        "set confirm off",
        "-ex",
        "set width 0",
    ]);
    command.arg("-ex").arg(format!("target {how} {}", server.address));
    command.arg("-x").arg(&script).stdin(Stdio::null());
    // monitor's answers are among gdb's complaints; one pipe keeps the order.
    let (mut reader, writer) = std::io::pipe().unwrap();
    command.stdout(writer.try_clone().unwrap()).stderr(writer);
    let mut gdb = command.spawn().unwrap_or_else(|e| panic!("{GDB} (Debian: gdb-multiarch): {e}"));
    drop(command);
    let mut said = String::new();
    reader.read_to_string(&mut said).unwrap();
    gdb.wait().unwrap();
    let script = std::fs::read_to_string(script).unwrap();
    let mut rest = &*said;
    for wanted in script.lines().filter_map(|line| line.strip_prefix("#= ")) {
        match rest.find(wanted) {
            Some(at) => rest = &rest[at + wanted.len()..],
            None => panic!("{name}: expected {wanted:?} next, found:\n{rest}\nbehind:\n{said}"),
        }
    }
    server.end()
}

#[test]
fn a_program_with_two_threads() {
    let output = session("session.gdb", "remote", "run");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "2 arguments\norigin: -1 10 42\n");
}

#[test]
fn started_again_and_let_go() {
    let output = session("extended.gdb", "extended-remote", "debug");
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8_lossy(&output.stdout);
    // The last run goes on without gdb.
    assert!(text.ends_with("3 arguments\norigin: -1 10 42\n"), "{text}");
}

/// A packet with its checksum.
fn packet(body: &str) -> String {
    format!("${body}#{:02x}", body.bytes().fold(0u8, u8::wrapping_add))
}

/// The next packet's text.
fn answer(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let mut byte = [0];
    loop {
        stream.read_exact(&mut byte).unwrap();
        match byte[0] {
            b'$' => text.clear(),
            b'#' => break,
            other => text.push(other),
        }
    }
    stream.read_exact(&mut [0; 2]).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn peers_that_misbehave() {
    let source = root().join("tests/gdb/spin.s");
    let mut server = Server::start("run", &["--linux", source.to_str().unwrap()]);
    let connect = |server: &mut Server| {
        let stream = TcpStream::connect(&server.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        assert!(server.line().contains("has connected"));
        stream
    };
    // A wrong checksum.
    let mut peer = connect(&mut server);
    peer.write_all(b"$g#00").unwrap();
    let line = server.line();
    assert!(line.contains("Checksum") && line.contains("waiting for another gdb"), "{line}");
    // One that is gone while the program runs.
    let mut peer = connect(&mut server);
    peer.write_all((packet("?") + "+" + &packet("vCont;c")).as_bytes()).unwrap();
    assert!(answer(&mut peer).starts_with("T05thread:"));
    drop(peer);
    let line = server.line();
    assert!(line.contains("gone while the program was running"), "{line}");
    // One that is gone in the middle of a packet.
    let mut peer = connect(&mut server);
    peer.write_all(b"$m0,").unwrap();
    drop(peer);
    assert!(server.line().contains("gdb has gone"));
    // Packets that make no sense get an error or nothing; an interrupt stops what runs; a kill ends it.
    let mut peer = connect(&mut server);
    for (sent, got) in
        [("m10,4", "E0e"), ("qFrobnicate", ""), ("Z9,0,4", ""), ("pffff", ""), ("Z2,0,0", "E16")]
    {
        peer.write_all(packet(sent).as_bytes()).unwrap();
        assert_eq!(answer(&mut peer), got, "{sent}");
    }
    peer.write_all(packet("vCont;s:1;c").as_bytes()).unwrap();
    assert!(answer(&mut peer).starts_with("T05thread:"));
    peer.write_all(packet("vCont;c").as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(50));
    peer.write_all(&[3]).unwrap();
    assert!(answer(&mut peer).starts_with("T02thread:"));
    peer.write_all(packet("k").as_bytes()).unwrap();
    let _ = server.stderr.read_to_string(&mut String::new());
    assert_eq!(server.end().status.code(), Some(0));
}
