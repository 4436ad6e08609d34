//! The real gdb over `--gdb`: the sessions in `tests/gdb`, and peers that misbehave.

mod scripts;

use scripts::{Script, root};
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
        // Whoever runs the tests in the background has them ignore interrupts, and what is ignored is inherited.
        let mut command = Command::new("env");
        command.args(["--default-signal=INT", env!("CARGO_BIN_EXE_skink")]);
        command.args([subcommand, "--gdb", ":0"]).args(arguments).stdin(Stdio::null());
        Server::of(command)
    }

    fn of(mut command: Command) -> Server {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
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

/// gdb with an address to connect to; it takes its commands from a file.
fn gdb(how: &str, address: &str, script: &Path) -> Command {
    let mut command = Command::new(GDB);
    command.args(["-nx", "-batch"]);
    for setting in ["set pagination off", "set confirm off", "set width 0"] {
        command.args(["-ex", setting]);
    }
    command.args(["-ex", &format!("target {how} {address}"), "-x"]).arg(script).stdin(Stdio::null());
    command
}

/// What a gdb says. monitor's answers are among its complaints; one pipe keeps the order.
fn says(mut command: Command) -> String {
    let (mut reader, writer) = std::io::pipe().unwrap();
    command.stdout(writer.try_clone().unwrap()).stderr(writer);
    let mut gdb = command.spawn().unwrap_or_else(|e| panic!("{GDB} (Debian: gdb-multiarch): {e}"));
    drop(command);
    let mut said = String::new();
    reader.read_to_string(&mut said).unwrap();
    gdb.wait().unwrap();
    said
}

/// Does a session; every text behind `#=` has to come, in order.
fn session(name: &str, how: &str, subcommand: &str) -> Output {
    let program = threads();
    let server = Server::start(subcommand, &["-L", SYSROOT, program.to_str().unwrap(), "a", "b"]);
    let script = root().join("tests/gdb").join(name);
    let said = says(gdb(how, &server.address, &script));
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

/// Commands of the debugger's own, each behind `monitor`: `tests/debug`.
#[test]
fn scripts_print_the_same_behind_monitor() {
    let wrong: Vec<String> = scripts::all().iter().filter_map(|script| monitored(script).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn monitored(script: &Script) -> Result<(), String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_skink"));
    command.current_dir(root()).env_clear().args(["debug", "--gdb", ":0"]);
    command.args(&script.options).args(&script.program).stdin(Stdio::piped());
    let mut server = Server::of(command);
    let mut stdin = server.child.stdin.take().unwrap();
    // A program that reads nothing may have ended.
    let _ = stdin.write_all(script.input.as_bytes());
    drop(stdin);
    let name = format!("{}.gdb", script.path.file_stem().unwrap().display());
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // What gdb itself says when it connects ends with the mark.
    let mut lines = vec!["echo ~~~\\n".to_owned()];
    lines.extend(script.commands().iter().map(|command| format!("monitor {command}")));
    std::fs::write(&file, lines.join("\n") + "\nkill\n").unwrap();
    let said = says(gdb("remote", &server.address, &file));
    let (_, said) = said.split_once("~~~\n").unwrap_or_else(|| panic!("no connection: {said}"));
    let said = said.replace("[Inferior 1 (Remote target) killed]\n", "");
    let said = said.replace("[Inferior 1 (process 1) killed]\n", "");
    let mut complaints = String::new();
    server.stderr.read_to_string(&mut complaints).unwrap();
    let output = server.end();
    // What the program says to standard error is among the server's own lines.
    let lines = complaints.lines().filter(|line| !line.starts_with("skink: "));
    let program: String = lines.map(|line| format!("{line}\n")).collect();
    script.compare(&said, &(String::from_utf8_lossy(&output.stdout).into_owned() + &program))
}

#[test]
fn a_server_that_waits_ends_on_an_interrupt() {
    let hello = root().join("examples/hello.s");
    let sum = root().join("examples/manchester/hanoi.s");
    for arguments in [&["--linux", hello.to_str().unwrap()][..], &[sum.to_str().unwrap()]] {
        let mut server = Server::start("run", arguments);
        let interrupt = || {
            let pid = server.child.id().to_string();
            assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        };
        interrupt();
        let status = server.child.wait().unwrap();
        // As a shell wants to see it: by the signal.
        assert_eq!(
            std::os::unix::process::ExitStatusExt::signal(&status),
            Some(2),
            "{arguments:?}: {status}"
        );
    }
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
    // Some that are gone in the middle of a step, of a way back, of a command behind `monitor`, of a packet that
    // would have been one; whoever comes next finds the program as it was.
    for sent in ["vCont;s:1", "bs", "bc", "qRcmd,636f6e74696e7565", "vCont;r0,ffffffff:1"] {
        let mut peer = connect(&mut server);
        peer.write_all((packet("?") + "+" + &packet("Hc1") + "+" + &packet(sent)).as_bytes()).unwrap();
        drop(peer);
        let line = server.line();
        assert!(line.contains("waiting for another gdb"), "{sent}: {line}");
    }
    let mut peer = connect(&mut server);
    peer.write_all(b"+$vCont;s:").unwrap();
    drop(peer);
    assert!(server.line().contains("gdb has gone"));
    // From a moment that is the same however far those came, back to the beginning, and not beyond.
    let mut peer = connect(&mut server);
    let goto: String = "goto 100000000".bytes().map(|byte| format!("{byte:02x}")).collect();
    peer.write_all((packet("?") + "+" + &packet(&format!("qRcmd,{goto}"))).as_bytes()).unwrap();
    assert!(answer(&mut peer).starts_with("T05thread:"));
    loop {
        match answer(&mut peer).as_str() {
            "OK" => break,
            shown => assert!(shown.starts_with('O'), "{shown}"),
        }
    }
    peer.write_all(("+".to_owned() + &packet("bc")).as_bytes()).unwrap();
    assert!(answer(&mut peer).ends_with("replaylog:begin;"));
    peer.write_all(("+".to_owned() + &packet("Hc1")).as_bytes()).unwrap();
    assert_eq!(answer(&mut peer), "OK");
    peer.write_all(("+".to_owned() + &packet("bs")).as_bytes()).unwrap();
    assert!(answer(&mut peer).ends_with("replaylog:begin;"));
    drop(peer);
    assert!(server.line().contains("gdb has gone"));
    // Packets that make no sense get an error or nothing; an interrupt stops what runs; a kill ends it.
    let mut peer = connect(&mut server);
    for (sent, got) in
        [("m10,4", "E0e"), ("qFrobnicate", ""), ("Z9,0,4", ""), ("pffff", ""), ("Z2,0,0", "E16"), ("bx", "")]
    {
        peer.write_all(packet(sent).as_bytes()).unwrap();
        assert_eq!(answer(&mut peer), got, "{sent}");
    }
    peer.write_all(packet("vCont;s:1;c").as_bytes()).unwrap();
    assert!(answer(&mut peer).starts_with("T05thread:"));
    // To the present, and on from there.
    peer.write_all(packet("vCont;c").as_bytes()).unwrap();
    let got = answer(&mut peer);
    assert!(got.ends_with("replaylog:end;"), "{got}");
    peer.write_all(packet("vCont;c").as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(50));
    peer.write_all(&[3]).unwrap();
    let got = answer(&mut peer);
    assert!(got.starts_with("T02thread:"), "{got}");
    peer.write_all(packet("k").as_bytes()).unwrap();
    let _ = server.stderr.read_to_string(&mut String::new());
    assert_eq!(server.end().status.code(), Some(0));
}
