// What the suites share: programs, and a client with a few habits.
'use strict';
const assert = require('node:assert');
const path = require('node:path');
const { DebugClient } = require('@vscode/debugadapter-testsupport');

// The test that starts node says where things are.
const skink = process.env.SKINK;
const programs = process.env.PROGRAMS;
const root = path.resolve(__dirname, '../../..');
const sysroot = '/usr/arm-linux-gnueabihf';
assert(skink && programs, 'expected SKINK and PROGRAMS in the environment: run `cargo test -p skink --test dap`');

// Everybody waits for events: a slow machine is no failure.
const PATIENCE = 60000;

class Session {
    constructor(client) {
        this.client = client;
        Session.open.add(this);
        // A request that is never answered is a failure as well.
        const send = client.send.bind(client);
        client.send = (command, args) => this.within(send(command, args), `an answer to ${command}`);
        this.events = [];
        this.waiting = [];
        for (const kind of ['stopped', 'continued', 'exited', 'terminated', 'thread', 'module', 'breakpoint', 'output',
            'initialized', 'process', 'memory', 'invalidated'])
            client.on(kind, event => this.came(event));
    }

    static async start(capabilities) {
        const client = new DebugClient(skink, 'dap', 'skink');
        client.defaultTimeout = PATIENCE;
        const session = new Session(client);
        await client.start();
        const answer = await client.initializeRequest(Object.assign({
            adapterID: 'skink', linesStartAt1: true, columnsStartAt1: true, pathFormat: 'path',
            supportsMemoryEvent: true, supportsInvalidatedEvent: true,
        }, capabilities));
        session.capabilities = answer.body;
        return session;
    }

    // Launches, has `configure` set breakpoints, and waits for the first stop or the end.
    static async launch(attributes, configure) {
        const session = await Session.start();
        const initialized = session.next('initialized');
        const launched = session.client.launchRequest(attributes);
        await Promise.all([initialized, launched]);
        if (configure)
            await configure(session.client, session);
        const first = session.stop();
        first.catch(() => {});
        await session.client.configurationDoneRequest();
        session.first = await first;
        return session;
    }

    within(promise, what) {
        let late;
        const limit = new Promise((_, reject) => {
            late = setTimeout(() => {
                const seen = this.events.map(event => event.event + ' ' + JSON.stringify(event.body)).join('\n');
                reject(new Error(`not ${what} in ${PATIENCE} ms, only\n${seen}`));
            }, PATIENCE);
        });
        return Promise.race([promise, limit]).finally(() => clearTimeout(late));
    }

    came(event) {
        this.events.push(event);
        this.waiting = this.waiting.filter(wanted => {
            if (!wanted.kinds.includes(event.event) || !wanted.matches(event))
                return true;
            wanted.resolve(event);
            return false;
        });
    }

    next(kinds, matches = () => true) {
        kinds = [].concat(kinds);
        const came = new Promise(resolve => this.waiting.push({ kinds, matches, resolve }));
        return this.within(came, kinds.join(' or '));
    }

    // The next stop, or the end of the program.
    stop() { return this.next(['stopped', 'terminated']); }

    // Asks for something that has the program move, and waits for where that ends.
    async go(command, args = {}) {
        const stop = this.stop();
        stop.catch(() => {});
        await this.client.send(command, Object.assign({ threadId: 1 }, args));
        return stop;
    }

    async frames(threadId = 1) {
        return (await this.client.stackTraceRequest({ threadId })).body.stackFrames;
    }

    async where() {
        const top = (await this.frames())[0];
        return `${top.name}:${top.line}`;
    }

    // The variables of a scope by name.
    async scope(name, frame) {
        const frameId = (frame || (await this.frames())[0]).id;
        const scopes = (await this.client.scopesRequest({ frameId })).body.scopes;
        const scope = scopes.find(scope => scope.name === name);
        assert(scope, `expected a scope ${name}, found ${scopes.map(scope => scope.name)}`);
        return { reference: scope.variablesReference, ...(await this.parts(scope.variablesReference)) };
    }

    async parts(variablesReference, more = {}) {
        const answer = await this.client.variablesRequest({ variablesReference, ...more });
        return { list: answer.body.variables, of: Object.fromEntries(answer.body.variables.map(v => [v.name, v])) };
    }

    async evaluate(expression, context = 'watch') {
        return (await this.client.evaluateRequest({ expression, context })).body;
    }

    async command(line) {
        return (await this.client.evaluateRequest({ expression: line, context: 'repl' })).body.result;
    }

    output(category) {
        return this.events.filter(event => event.event === 'output' && event.body.category === category)
            .map(event => event.body.output).join('');
    }

    end() {
        Session.open.delete(this);
        return this.client.stop();
    }
}

// A test that fails leaves its adapter behind, for which node would wait.
Session.open = new Set();
require('node:test').afterEach(async () => {
    for (const session of Session.open) {
        Session.open.delete(session);
        session.client.stopAdapter();
    }
});

// A request that has to fail, and why.
async function refused(promise, pattern) {
    try {
        await promise;
    } catch (error) {
        assert.match(error.message, pattern);
        return error.message;
    }
    assert.fail(`expected a refusal that says ${pattern}`);
}

function bytes(body) { return Buffer.from(body.data, 'base64'); }

module.exports = { Session, DebugClient, refused, bytes, root, programs, sysroot, skink, PATIENCE };
