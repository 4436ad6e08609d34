//! The beginning and the end of a conversation.

use super::Server;
use super::exceptions::filters;
use super::state::{Client, Phase};
use crate::message::{Failure, Request};
use serde::Deserialize;
use serde_json::{Value, json};
use skink_debug::{CHECKS, Session};

/// What skink can do, for the client to know before it asks.
pub(crate) fn capabilities() -> Value {
    json!({
        "supportsConfigurationDoneRequest": true,
        "supportsFunctionBreakpoints": true,
        "supportsConditionalBreakpoints": true,
        "supportsHitConditionalBreakpoints": true,
        "supportsLogPoints": true,
        "supportsEvaluateForHovers": true,
        "supportsStepBack": true,
        "supportsSetVariable": true,
        "supportsSetExpression": true,
        "supportsGotoTargetsRequest": true,
        "supportsModulesRequest": true,
        "supportsRestartRequest": true,
        "supportsExceptionInfoRequest": true,
        "supportsExceptionFilterOptions": true,
        "supportTerminateDebuggee": true,
        "supportsDelayedStackTraceLoading": true,
        "supportsLoadedSourcesRequest": true,
        "supportsTerminateRequest": true,
        "supportsDataBreakpoints": true,
        "supportsDataBreakpointBytes": true,
        "supportsReadMemoryRequest": true,
        "supportsWriteMemoryRequest": true,
        "supportsDisassembleRequest": true,
        "supportsBreakpointLocationsRequest": true,
        "supportsCompletionsRequest": true,
        "completionTriggerCharacters": [" ", "$", "."],
        "supportsSteppingGranularity": true,
        "supportsInstructionBreakpoints": true,
        "exceptionBreakpointFilters": filters(),
    })
}

/// Of `launch`, what is not about how the program is started: that has been done.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Launch {
    stop_on_entry: bool,
    no_debug: bool,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Restart {
    arguments: Option<RestartArguments>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct RestartArguments {
    stop_on_entry: Option<bool>,
    args: Option<Vec<String>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Disconnect {
    terminate_debuggee: Option<bool>,
}

impl Server {
    pub(super) fn initialize(&mut self, request: &Request) {
        let client = match request.arguments::<Client>() {
            Ok(client) => client,
            Err(failure) => return self.respond(request, Err(failure)),
        };
        let mut state = self.state();
        if client.path_format != "path" {
            let why = format!("expected paths of the form `path', found `{}'", client.path_format);
            return state.respond(request.seq, "initialize", Err(Failure(why)));
        }
        state.client = client;
        state.phase = state.phase.max(Phase::Initialized);
        state.respond(request.seq, "initialize", Ok(capabilities()));
    }

    pub(super) fn launch(&mut self, request: &Request) {
        let launch: Launch = match request.arguments() {
            Ok(launch) => launch,
            Err(failure) => return self.respond(request, Err(failure)),
        };
        let name = self.interpreter.session.personality().name();
        let mut state = self.state();
        let failure = match state.phase {
            Phase::New => Some("`initialize' has to come before `launch'"),
            Phase::Initialized => None,
            _ => Some("a program has been launched already: `restart' starts it again"),
        };
        if let Some(why) = failure {
            return state.respond(request.seq, "launch", Err(Failure::new(why)));
        }
        state.phase = Phase::Launched;
        (state.stop_on_entry, state.no_debug) = (launch.stop_on_entry, launch.no_debug);
        state.respond(request.seq, "launch", Ok(Value::Null));
        state.event("process", json!({"name": name, "isLocalProcess": true, "startMethod": "launch"}));
        drop(state);
        self.news();
        self.state().event("initialized", Value::Null);
    }

    pub(super) fn configured(&mut self, request: &Request) {
        let mut state = self.state();
        if state.phase != Phase::Launched {
            let why = match state.phase {
                Phase::Configured => "the configuration was done before",
                _ => "`configurationDone' comes after `launch'",
            };
            return state.respond(request.seq, "configurationDone", Err(Failure::new(why)));
        }
        state.phase = Phase::Configured;
        state.respond(request.seq, "configurationDone", Ok(Value::Null));
        drop(state);
        self.begin();
    }

    /// From the program's first instruction.
    fn begin(&mut self) {
        let state = self.state();
        let (stop_on_entry, no_debug) = (state.stop_on_entry, state.no_debug);
        drop(state);
        if no_debug {
            self.let_be();
        }
        if stop_on_entry && !no_debug {
            let thread = self.interpreter.session.thread().map_or(1, |thread| thread.number);
            self.stopped_event("entry", thread, "Stopped at the first instruction", None, &[]);
        } else {
            self.run(Session::go);
        }
    }

    /// Nothing is to hold the program, or to look at it.
    fn let_be(&mut self) {
        let session = &mut self.interpreter.session;
        session.delete_all();
        for signals in ["all", "SIGINT", "SIGTRAP"] {
            // A machine without signals has nothing to be changed.
            let _ = session.handle(signals, |handling| (handling.stop, handling.pass) = (false, true));
        }
        let _ = session.set_check(CHECKS.iter().map(|(name, _)| *name), false);
    }

    pub(super) fn restart(&mut self, request: &Request) {
        if self.state().phase < Phase::Configured {
            return self.respond(request, Err(Failure::new("`restart' comes after `configurationDone'")));
        }
        let restart: Restart = match request.arguments() {
            Ok(restart) => restart,
            Err(failure) => return self.respond(request, Err(failure)),
        };
        let arguments = restart.arguments.unwrap_or_default();
        let session = &mut self.interpreter.session;
        session.kill();
        if let Some(args) = arguments.args {
            // A machine whose programs have none is given none.
            let _ =
                session.personality_mut().set_arguments(args.into_iter().map(String::into_bytes).collect());
        }
        let started = session.start();
        let mut state = self.state();
        state.forget();
        state.interrupted = false;
        if let Some(stop_on_entry) = arguments.stop_on_entry {
            state.stop_on_entry = stop_on_entry;
        }
        let answer = started.as_ref().map(|_| Value::Null).map_err(|error| Failure(error.to_string()));
        state.respond(request.seq, "restart", answer);
        drop(state);
        self.news();
        match started {
            Ok(_) => self.begin(),
            Err(_) => self.state().event("terminated", Value::Null),
        }
    }

    pub(super) fn terminate(&mut self, request: &Request) {
        let was_alive = self.interpreter.session.is_alive();
        self.interpreter.session.kill();
        self.respond(request, Ok(Value::Null));
        self.news();
        if was_alive {
            self.state().event("terminated", Value::Null);
        }
    }

    pub(super) fn disconnect(&mut self, request: &Request) {
        let arguments: Disconnect = request.arguments().unwrap_or_default();
        let session = &mut self.interpreter.session;
        if arguments.terminate_debuggee == Some(false) && session.is_alive() {
            session.detach();
            self.respond(request, Ok(Value::Null));
            self.interpreter.session.wait_for_end();
        } else {
            session.kill();
            self.respond(request, Ok(Value::Null));
        }
    }
}
