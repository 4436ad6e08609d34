// What clients get wrong, and programs that do not stand still.
'use strict';
const { describe, it } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { execFileSync, spawn } = require('node:child_process');
const { Session, DebugClient, refused, root, programs, sysroot, skink, PATIENCE } = require('./lib/session');

const hello = path.join(root, 'examples/hello.s');
const endless = { program: path.join(programs, 'endless'), sysroot };

describe('requests', () => {
    it('before their time are refused, and the session goes on', async () => {
        const client = new DebugClient(skink, 'dap', 'skink');
        await client.start();
        await refused(client.launchRequest({ program: hello }), /initialize/);
        await client.initializeRequest();
        await refused(client.initializeRequest(), /before/);
        await refused(client.threadsRequest(), /launch/);
        await refused(client.continueRequest({ threadId: 1 }), /launch/);
        await refused(client.attachRequest({}), /launch/);
        await client.stop();
    });

    it('that nobody knows or that miss something are refused', async () => {
        const session = await Session.launch({ program: hello, stopOnEntry: true });
        const client = session.client;
        await refused(client.customRequest('frobnicate'), /frobnicate/);
        await refused(client.send('attach', {}), /launch/);
        await refused(client.launchRequest({ program: hello }), /already/);
        await refused(client.configurationDoneRequest(), /before/);
        await refused(client.stackTraceRequest({}), /threadId/);
        await refused(client.stackTraceRequest({ threadId: 99 }), /thread 99/);
        await refused(client.nextRequest({ threadId: 99 }), /thread 99/);
        await refused(client.scopesRequest({ frameId: 4711 }), /4711/);
        await refused(client.variablesRequest({ variablesReference: -1 }), /-1/);
        await refused(client.variablesRequest({ variablesReference: 'x' }), /variables/);
        await refused(client.gotoRequest({ threadId: 1, targetId: 1 }), /reference|target/);
        await refused(client.exceptionInfoRequest({ threadId: 1 }), /exception/);
        await refused(client.evaluateRequest({ expression: '1 +', context: 'watch' }), /expected a value/);
        await refused(client.evaluateRequest({ expression: 'nonsense', context: 'repl' }), /nonsense/);
        await refused(client.disassembleRequest({ memoryReference: 'main + + 1' }), /disassemble/);
        await refused(client.sourceRequest({ sourceReference: 12 }), /12/);
        const old = (await session.frames())[0];
        await session.go('stepIn', { granularity: 'instruction' });
        await refused(client.scopesRequest({ frameId: old.id }), /earlier stop/);
        const end = await session.go('continue');
        assert.equal(end.event, 'terminated');
        await session.end();
    });

    it('to launch what cannot be launched say why', async () => {
        const session = await Session.start();
        const launch = attributes => session.client.launchRequest(attributes);
        await refused(launch({}), /program/);
        await refused(launch({ program: '/none/of/it' }), /none\/of\/it/);
        await refused(launch({ program: hello, cwd: '/none' }), /cwd/);
        await refused(launch({ program: hello, engine: 'steam' }), /steam/);
        await refused(launch({ program: hello, console: 'integratedTerminal' }), /terminal/);
        await refused(launch({ program: hello, args: 'x' }), /args/);
        const initialized = session.next('initialized');
        await launch({ program: hello, engin: 'jit' });
        await initialized;
        assert.match(session.output('important'), /engin/);
        await session.end();
    });
});

describe('a program that runs', () => {
    it('gets breakpoints meanwhile, is paused, and has two threads', async () => {
        const session = await Session.start();
        const initialized = session.next('initialized');
        await session.client.launchRequest(endless);
        await initialized;
        await session.client.configurationDoneRequest();
        while ((await session.client.threadsRequest()).body.threads.length < 2);
        await refused(session.client.stackTraceRequest({ threadId: 1 }), /running/);
        await refused(session.evaluate('rounds'), /running/);
        await refused(session.command('info threads'), /running/);
        let stop = session.stop();
        const set = await session.client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'often', condition: 'others > 0' }] });
        assert.equal(set.body.breakpoints[0].verified, true);
        stop = await stop;
        assert.equal(stop.body.reason, 'function breakpoint');
        assert.equal(session.events.filter(event => event.event === 'thread' && event.body.reason === 'started').length, 2);
        await refused(session.client.stepBackRequest({ threadId: 1 }), /thread/);
        await session.client.setFunctionBreakpointsRequest({ breakpoints: [] });
        const paused = session.stop();
        await session.client.continueRequest({ threadId: 1 });
        await session.client.pauseRequest({ threadId: 1 });
        assert.equal((await paused).body.reason, 'pause');
        const names = (await session.client.threadsRequest()).body.threads.map(thread => thread.id);
        assert.deepEqual(names, [1, 2]);
        assert((await session.frames(2)).some(frame => frame.name === 'other'));
        await session.end();
    });

    it('is ended by a client that goes in the middle of it', async () => {
        const session = await Session.start();
        const initialized = session.next('initialized');
        await session.client.launchRequest(endless);
        await initialized;
        await session.client.configurationDoneRequest();
        const adapter = session.client._adapterProcess;
        const children = fs.readFileSync(`/proc/${adapter.pid}/task/${adapter.pid}/children`, 'utf8').trim().split(' ');
        assert.equal(children.length, 1);
        const gone = new Promise(resolve => adapter.on('exit', resolve));
        adapter.stdin.end();
        assert.equal(await gone, 0);
        assert(!fs.existsSync(`/proc/${children[0]}`));
    });

    it('is terminated and disconnected from while it runs', async () => {
        const session = await Session.start();
        const initialized = session.next('initialized');
        await session.client.launchRequest(endless);
        await initialized;
        await session.client.configurationDoneRequest();
        const end = session.next('terminated');
        await session.client.terminateRequest();
        await end;
        const gone = new Promise(resolve => session.client._adapterProcess.on('exit', resolve));
        await session.client.disconnectRequest();
        assert.equal(await gone, 0);
    });

    it('that dies of a signal, or executes another, ends the session and not the adapter', async () => {
        const shell = path.join(root, '.sysroot/armhf/usr/bin/dash');
        const where = { sysroot: path.join(root, '.sysroot/armhf') };
        const killed = await Session.launch({ ...where, program: shell, args: ['-c', 'echo before; kill -9 $$'] });
        assert.equal(killed.first.event, 'terminated');
        assert.equal(killed.output('stdout'), 'before\n');
        assert.equal(killed.events.find(event => event.event === 'exited').body.exitCode, 137);
        await refused(killed.client.threadsRequest(), /ended/);
        await killed.end();
        const session = await Session.launch({ ...where, program: shell, args: ['-c', 'exec echo other'] });
        assert.equal(session.first.body.reason, 'exception');
        assert.match(session.first.body.text, /echo/);
        const end = session.next('terminated');
        await session.client.continueRequest({ threadId: 1 }).catch(() => {});
        await end;
        assert.equal(session.output('stdout'), 'other\n');
        await session.end();
    });
});

// The library answers no requests of the adapter's. This is what an editor does: it opens a terminal, or fails to.
function answerRequests(client, answer) {
    const dispatch = client.dispatch.bind(client);
    client.dispatch = body => {
        const message = JSON.parse(body);
        if (message.type !== 'request')
            return dispatch(body);
        const text = JSON.stringify({ seq: 1000, type: 'response', request_seq: message.seq, command: message.command, ...answer(message) });
        client.outputStream.write(`Content-Length: ${text.length}\r\n\r\n${text}`);
    };
}

function inTerminal({ arguments: { args, cwd } }) {
    return spawn(args[0], args.slice(1), { cwd });
}

describe('a terminal of the editor\'s', () => {
    it('is where the program has its input and output', async () => {
        const session = await Session.start({ supportsRunInTerminalRequest: true });
        const client = session.client;
        let child, written = '';
        answerRequests(client, message => {
            assert.equal(message.command, 'runInTerminal');
            assert.equal(message.arguments.kind, 'integrated');
            child = inTerminal(message);
            child.stdout.on('data', data => written += data);
            child.stdin.end('12\n5\n0\n');
            return { success: true, body: { processId: child.pid } };
        });
        const initialized = session.next('initialized');
        const ended = session.next('terminated');
        await Promise.all([initialized, client.launchRequest({
            program: path.join(root, 'examples/manchester/sum.s'), console: 'integratedTerminal',
        })]);
        await client.configurationDoneRequest();
        await ended;
        await session.end();
        await new Promise(resolve => child.exitCode === null ? child.on('close', resolve) : resolve());
        assert.match(written, /17/);
    });

    it('is where it is said why nothing could be launched, and the editor is told', async () => {
        const session = await Session.start({ supportsRunInTerminalRequest: true });
        let written = '';
        answerRequests(session.client, message => {
            inTerminal(message).stderr.on('data', data => written += data);
            // Of most terminals only the shell is known.
            return { success: true, body: { shellProcessId: 1 } };
        });
        const wrong = path.join(root, 'tests/asm/wrong');
        const file = fs.readdirSync(wrong).find(name => name.endsWith('.s'));
        for (const program of ['/none/of/it', path.join(wrong, file)]) {
            const end = session.next('terminated');
            await refused(session.client.launchRequest({ program, console: 'integratedTerminal' }), /its terminal says why/);
            await end;
        }
        assert.match(written, /none\/of\/it/);
        assert(written.includes(file), written);
        await session.end();
    });

    it('may not be opened', async () => {
        const session = await Session.start({ supportsRunInTerminalRequest: true });
        answerRequests(session.client, () => ({ success: false, message: 'no window is left' }));
        const end = session.next('terminated');
        await refused(session.client.launchRequest({ program: hello, console: 'externalTerminal' }), /no window is left/);
        await end;
        await session.end();
    });
});

describe('a socket', () => {
    it('serves one editor after the other, and two at once', async () => {
        const server = spawn(skink, ['dap', '--listen', ':0'], { stdio: ['ignore', 'ignore', 'pipe'] });
        try {
            const line = await new Promise(resolve => server.stderr.once('data', data => resolve(String(data))));
            const [, host, port] = /editors: (.*):(\d+)/.exec(line);
            assert.equal(host, '127.0.0.1');
            const run = async () => {
                const client = new DebugClient('', '', 'skink');
                const session = new Session(client);
                await client.start(Number(port));
                await client.initializeRequest();
                const [initialized, ended] = [session.next('initialized'), session.next('terminated')];
                await Promise.all([initialized, client.launchRequest({ program: hello })]);
                await client.configurationDoneRequest();
                await ended;
                assert.equal(session.output('stdout'), 'Hello, world!\n');
                await client.stop();
            };
            await Promise.all([run(), run()]);
            await run();
            // Whatever is no protocol is told so and left.
            const text = await new Promise((resolve, reject) => {
                const socket = net.createConnection(Number(port), '127.0.0.1');
                let all = '';
                socket.on('data', data => all += data);
                socket.on('end', () => resolve(all));
                socket.on('error', reject);
                socket.write('GET / HTTP/1.1\r\n\r\n');
                setTimeout(() => reject(new Error('not left')), PATIENCE).unref();
            });
            assert.match(text, /Content-Length/);
            assert.match(text, /GET/);
        } finally {
            server.kill();
        }
    });

    it('goes on when an editor cannot be served', async () => {
        const server = spawn(skink, ['dap', '--listen', ':0'], { stdio: ['ignore', 'ignore', 'pipe'] });
        try {
            let said = '';
            const line = await new Promise(resolve => server.stderr.on('data', data => resolve(said += data)));
            const port = Number(/editors: .*:(\d+)/.exec(line)[1]);
            const limit = files => execFileSync('prlimit', ['--pid', String(server.pid), `--nofile=${files}:`]);
            const open = fs.readdirSync(`/proc/${server.pid}/fd`).length;
            limit(open);
            const socket = net.createConnection(port, '127.0.0.1');
            const late = Date.now() + PATIENCE;
            while (!/could not be served/.test(said) && server.exitCode === null && Date.now() < late)
                await new Promise(resolve => setTimeout(resolve, 20));
            assert.match(said, /could not be served/);
            socket.destroy();
            limit(1000);
            const client = new DebugClient('', '', 'skink');
            new Session(client);
            await client.start(port);
            const answer = await client.initializeRequest();
            assert.equal(answer.body.supportsStepBack, true);
            await client.stop();
        } finally {
            server.kill();
        }
    });
});
