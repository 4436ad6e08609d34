// C programs for Linux, dynamic and static.
'use strict';
const { describe, it } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Session, refused, bytes, root, programs, sysroot } = require('./lib/session');

const source = { path: path.join(root, 'tests/dap/shapes.c') };
const dynamic = { program: path.join(programs, 'shapes'), sysroot, env: { SHAPE: 'round', LD_LIBRARY_PATH: null } };
const fixed = { program: path.join(programs, 'shapes-static') };
// No signal stops it.
const unwatched = client => client.setExceptionBreakpointsRequest({ filters: [] });
const lines = (...numbers) => client =>
    client.setBreakpointsRequest({ source, breakpoints: numbers.map(line => ({ line })) });

for (const [kind, attributes] of [['dynamic', dynamic], ['static', fixed]]) {
    describe(`a ${kind} program`, () => {
        it('runs to its end: arguments, output, status', async () => {
            const session = await Session.launch({ ...attributes, args: ['42'], env: { SHAPE: 'square' } }, unwatched);
            assert.equal(session.first.event, 'terminated');
            assert.equal(session.events.find(event => event.event === 'exited').body.exitCode, 42);
            assert.equal(session.output('stdout'), '2 square\n66 5 2.25 -5000000000 67305985\n');
            assert.equal(session.output('stderr'), 'to stderr\n');
            await session.end();
        });

        it('stops on entry, at a line, at a function, and says which breakpoint', async () => {
            let ids;
            const session = await Session.launch({ ...attributes, stopOnEntry: true }, async client => {
                const set = (await lines(17, 51)(client)).body.breakpoints;
                ids = set.map(point => point.id);
                assert.deepEqual(set.map(point => [point.verified, point.line]), [[true, 18], [true, 51]]);
                const functions = await client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'handler' }, { name: 'nowhere' }] });
                assert.deepEqual(functions.body.breakpoints.map(point => point.verified), [true, false]);
                assert.match(functions.body.breakpoints[1].message, /nowhere/);
            });
            assert.equal(session.first.body.reason, 'entry');
            let stop = await session.go('continue');
            assert.equal(stop.body.reason, 'breakpoint');
            assert.deepEqual(stop.body.hitBreakpointIds, [ids[0]]);
            assert.equal(await session.where(), 'add:18');
            const frames = await session.frames();
            assert.deepEqual(frames.slice(0, 2).map(frame => [frame.name, frame.line]), [['add', 18], ['main', 48]]);
            assert.equal(frames[0].source.path, source.path);
            // What is no longer sent is no longer there.
            await session.client.setBreakpointsRequest({ source, breakpoints: [] });
            stop = await session.go('continue');
            assert.equal(stop.body.reason, 'exception');
            const info = (await session.client.exceptionInfoRequest({ threadId: 1 })).body;
            assert.equal(info.exceptionId, 'SIGUSR1');
            stop = await session.go('continue');
            assert.equal(stop.body.reason, 'function breakpoint');
            assert.equal((await session.frames())[0].name, 'handler');
            assert((await session.frames()).some(frame => frame.presentationHint === 'label'));
            await session.end();
        });

        it('steps over, into and out of functions, by lines and instructions', async () => {
            const session = await Session.launch(attributes, lines(48));
            assert.equal(await session.where(), 'main:48');
            await session.go('stepIn');
            assert.equal(await session.where(), 'add:18');
            await session.go('next');
            assert.equal(await session.where(), 'add:19');
            const out = await session.go('stepOut');
            assert.match(out.body.text, /R0 is 0x3 \(3\)/);
            assert.equal(await session.where(), 'main:48');
            await session.go('next');
            assert.equal(await session.where(), 'main:49');
            const before = (await session.frames())[0].instructionPointerReference;
            await session.go('next', { granularity: 'instruction' });
            const behind = (await session.frames())[0].instructionPointerReference;
            assert.equal(Number(behind), Number(before) + 4);
            await session.end();
        });

        it('goes back: by steps, and to the last breakpoint', async () => {
            const session = await Session.launch(attributes, lines(20));
            assert.equal((await session.evaluate('total')).result, '0');
            await session.go('next');
            assert.equal((await session.evaluate('total')).result, '3');
            await session.go('stepBack');
            assert.equal(await session.where(), 'add:20');
            assert.equal((await session.evaluate('total')).result, '0');
            await session.go('stepBack', { granularity: 'instruction' });
            assert.equal((await session.go('continue')).body.reason, 'breakpoint');
            assert.match((await session.go('continue')).body.description, /present/);
            assert.equal((await session.go('continue')).body.reason, 'breakpoint');
            assert.equal((await session.evaluate('by')).result, '1');
            const stop = await session.go('reverseContinue');
            assert.equal(stop.body.reason, 'breakpoint');
            assert.equal((await session.evaluate('by')).result, '0');
            // The past is looked at and not changed.
            await refused(session.client.send('setExpression', { expression: 'total', value: '5' }), /past/);
            await session.client.setBreakpointsRequest({ source, breakpoints: [] });
            assert.match((await session.go('reverseContinue')).body.description, /earlier/);
            await session.end();
        });
    });
}

describe('breakpoints', () => {
    it('count conditions and hits, and log', async () => {
        const session = await Session.launch(dynamic, client => client.setBreakpointsRequest({
            source, breakpoints: [
                { line: 19, condition: 'by == 3' },
                { line: 28, hitCondition: '% 10' },
                { line: 21, logMessage: 'sum {sum}, by {by}; {{braces} {nothing}' },
            ],
        }));
        assert.equal((await session.evaluate('by')).result, '3');
        await session.go('continue');
        assert.equal((await session.evaluate('n')).result, '11');
        await session.go('continue');
        assert.equal((await session.evaluate('n')).result, '1');
        const logged = session.output('console').split('\n').filter(line => line.startsWith('sum'));
        assert.equal(logged.length, 5);
        assert.match(logged[4], /^sum 11, by 4; \{braces\} <.*nothing.*>$/);
        // Back over them nothing is logged again.
        await session.go('reverseContinue');
        assert.equal(session.output('console').split('\n').filter(line => line.startsWith('sum')).length, 5);
        await session.end();
    });

    it('are what checks are, too', async () => {
        const session = await Session.start();
        const filters = session.capabilities.exceptionBreakpointFilters.map(filter => filter.filter);
        assert(filters.includes('signal') && filters.includes('check-preserved'), filters.join());
        await session.end();
        const wrong = await Session.launch({ program: path.join(root, 'tests/debug/checks.s') }, client =>
            client.setExceptionBreakpointsRequest({ filters: ['check-preserved', 'check-stack', 'check-returns', 'check-reads', 'check-code'] }));
        const expected = fs.readFileSync(path.join(root, 'tests/debug/checks.expected'), 'utf8');
        const warnings = text => text.split('\n').filter(line => line.startsWith('warning:')).slice(0, 5);
        assert.equal(warnings(expected).length, 5);
        assert.deepEqual(warnings(wrong.output('console')), warnings(expected));
        await wrong.end();
    });

    it('that make no sense are refused one by one', async () => {
        const session = await Session.launch({ ...dynamic, stopOnEntry: true });
        const set = await session.client.setBreakpointsRequest({
            source, breakpoints: [
                { line: 19, condition: 'by ==' }, { line: 19, hitCondition: 'often' }, { line: 5000 }, { line: 19 },
            ],
        });
        const points = set.body.breakpoints;
        assert.deepEqual(points.map(point => point.verified), [false, false, false, true]);
        assert.match(points[0].message, /expected a value/);
        assert.match(points[1].message, /count of hits/);
        const where = await session.client.send('breakpointLocations', { source, line: 36, endLine: 42 });
        // As objdump --dwarf=decodedline lists them; 36 is the line of `int main`, and 44 is empty.
        assert.deepEqual(where.body.breakpoints.map(at => at.line), [37, 38, 39, 40, 41, 42]);
        const behind = await session.client.send('breakpointLocations', { source, line: 43, endLine: 45 });
        assert.deepEqual(behind.body.breakpoints.map(at => at.line), [43, 45]);
        await refused(session.client.setBreakpointsRequest({ breakpoints: [] }), /source/);
        await session.end();
    });

    it('at instructions', async () => {
        const session = await Session.launch(dynamic, lines(18));
        const here = (await session.frames())[0].instructionPointerReference;
        const set = await session.client.send('setInstructionBreakpoints', {
            breakpoints: [{ instructionReference: here, offset: 8 }],
        });
        assert.equal(set.body.breakpoints[0].verified, true);
        const mixed = (await session.client.send('setInstructionBreakpoints', {
            breakpoints: [{ instructionReference: 'nowhere' }, { instructionReference: here, offset: 8 }],
        })).body.breakpoints;
        assert.deepEqual(mixed.map(point => point.verified), [false, true]);
        assert.match(mixed[0].message, /nowhere/);
        assert.equal(mixed[1].id, set.body.breakpoints[0].id);
        const stop = await session.go('continue');
        assert.equal(stop.body.reason, 'instruction breakpoint');
        assert.equal(Number((await session.frames())[0].instructionPointerReference), Number(here) + 8);
        await session.end();
    });

    it('at data: writes, reads, and what cannot be watched', async () => {
        const session = await Session.launch(dynamic, lines(47));
        const info = (await session.client.send('dataBreakpointInfo', { name: 'total' })).body;
        assert.match(info.description, /total \(4 bytes/);
        assert.deepEqual(info.accessTypes, ['read', 'write', 'readWrite']);
        const set = await session.client.send('setDataBreakpoints', { breakpoints: [{ dataId: info.dataId, accessType: 'write' }] });
        assert.equal(set.body.breakpoints[0].verified, true);
        const stop = await session.go('continue');
        assert.equal(stop.body.reason, 'data breakpoint');
        assert.deepEqual(stop.body.hitBreakpointIds, [set.body.breakpoints[0].id]);
        assert.match(stop.body.text, /0x3 instead of 0x0/);
        await session.go('continue');
        assert.equal((await session.evaluate('total')).result, '8');
        await session.go('reverseContinue');
        await session.go('reverseContinue');
        assert.equal((await session.evaluate('total')).result, '0');
        const register = (await session.client.send('dataBreakpointInfo', { name: '$r0' })).body;
        assert.equal(register.dataId, null);
        const locals = await session.scope('Locals', (await session.frames())[1]);
        const member = await session.client.send('dataBreakpointInfo', {
            variablesReference: locals.of.head.variablesReference, name: 'weight',
        });
        assert.match(member.body.description, /4 bytes/);
        const mixed = (await session.client.send('setDataBreakpoints', {
            breakpoints: [{ dataId: 'x' }, { dataId: info.dataId }],
        })).body.breakpoints;
        assert.deepEqual(mixed.map(point => point.verified), [false, true]);
        assert.match(mixed[0].message, /dataId/);
        await session.end();
    });

});

describe('values', () => {
    it('are trees, opened part by part', async () => {
        const session = await Session.launch(dynamic, lines(51));
        const locals = await session.scope('Locals');
        assert.equal(locals.of.colour.value, 'GREEN');
        assert.equal(locals.of.ratio.value, '2.25');
        assert.equal(locals.of.wide.value, '-5000000000');
        assert.match(locals.of.text.value, /"text/);
        assert.equal(locals.of.head.type, 'struct node');
        const head = await session.parts(locals.of.head.variablesReference);
        assert.deepEqual(head.list.map(part => part.name), ['next', 'name', 'at', 'weight']);
        assert.equal(head.of.weight.value, '1.5');
        const next = await session.parts(head.of.next.variablesReference);
        assert.match(next.of.name.value, /"tail"/);
        assert.equal(next.of.name.evaluateName, 'head.next->name');
        const at = await session.parts(next.of.at.variablesReference);
        assert.deepEqual(at.list.map(part => part.value), ['3', '4']);
        assert.equal((await session.evaluate(at.of.y.evaluateName)).result, '4');
        const word = await session.parts(locals.of.word.variablesReference);
        assert.equal((await session.parts(word.of.bytes.variablesReference)).list.length, 4);
        const globals = await session.scope('Globals');
        assert.equal(globals.of.table.indexedVariables, 200);
        const part = await session.parts(globals.of.table.variablesReference, { filter: 'indexed', start: 2, count: 3 });
        assert.deepEqual(part.list.map(item => [item.name, item.value]), [['[2]', '7'], ['[3]', '9'], ['[4]', '11']]);
        const args = await session.scope('Arguments');
        assert.equal(args.of.argc.value, '1');
        assert.equal((await session.evaluate('head.at.x + tail.at.y', 'hover')).result, '10');
        assert.equal((await session.evaluate('*head.next')).type, 'struct node');
        await session.end();
    });

    it('of outer frames, in pages', async () => {
        const session = await Session.launch(dynamic, lines(27));
        const page = (await session.client.stackTraceRequest({ threadId: 1, startFrame: 18, levels: 3 })).body;
        assert.equal(page.stackFrames.length, 3);
        assert(page.totalFrames > 20);
        const frames = await session.frames();
        assert.equal(frames.length, 22);
        const n = async frame => (await session.client.evaluateRequest({ expression: 'n', frameId: frame.id })).body.result;
        assert.deepEqual([await n(frames[0]), await n(frames[7]), await n(frames[20])], ['0', '7', '20']);
        const args = await session.scope('Arguments', frames[5]);
        assert.equal(args.of.n.value, '5');
        const registers = await session.scope('Registers', frames[5]);
        assert.equal(Number(registers.of.pc.value.split(' ')[0]), Number(frames[5].instructionPointerReference));
        await session.end();
    });

    it('of a frame are what a command is about, also after a step', async () => {
        const session = await Session.launch(dynamic, lines(27));
        const n = async frame => (await session.client.evaluateRequest({
            expression: 'print n', context: 'repl', frameId: (await session.frames())[frame].id,
        })).body.result.replace(/^.*= /, '').trim();
        assert.deepEqual([await n(3), await n(3)], ['3', '3']);
        await session.command('up');
        // The client still shows the same frame: what a command has chosen holds.
        assert.equal(await n(3), '4');
        await session.client.setBreakpointsRequest({ source, breakpoints: [] });
        await session.go('stepIn', { granularity: 'instruction' });
        assert.equal(await n(3), '3');
        await session.end();
    });

    it('can be changed: variables, members, registers, lanes', async () => {
        const session = await Session.launch(dynamic, lines(51));
        const set = (variablesReference, name, value) =>
            session.client.setVariableRequest({ variablesReference, name, value });
        const locals = await session.scope('Locals');
        assert.equal((await set(locals.reference, 'ratio', '0.125')).body.value, '0.125');
        assert.equal((await set(locals.of.head.variablesReference, 'weight', '8')).body.value, '8');
        const globals = await session.scope('Globals');
        await set(globals.of.table.variablesReference, '[7]', '1 + 2 * 3');
        assert.equal((await session.evaluate('table[7]')).result, '7');
        assert.equal((await session.client.send('setExpression', { expression: 'total', value: 'table[7] * 100' })).body.value, '700');
        const registers = await session.scope('Registers');
        assert.match((await set(registers.reference, 'r12', '0x1234')).body.value, /^0x00001234/);
        const neon = await session.scope('NEON registers');
        const q1 = await session.parts(neon.of.q1.variablesReference);
        const lanes = q1.of.f32.variablesReference;
        await set(lanes, '[1]', '2.5');
        assert.equal((await session.evaluate('q1.f32[1]')).result, '2.5');
        assert.equal((await session.evaluate('$s5')).result, '2.5');
        await refused(set(locals.reference, 'nothing', '1'), /nothing/);
        await refused(set(locals.reference, 'ratio', '1 +'), /expected a value/);
        await refused(set(locals.of.head.variablesReference + 100000, 'x', '1'), /reference/);
        assert(session.events.some(event => event.event === 'invalidated'));
        await session.end();
    });

    it('and memory as bytes', async () => {
        const session = await Session.launch(dynamic, lines(51));
        const text = await session.evaluate('text');
        const memory = (offset, count) =>
            session.client.send('readMemory', { memoryReference: text.memoryReference, offset, count });
        assert.deepEqual([...bytes((await memory(0, 5)).body)], [...Buffer.from('text\0')]);
        assert.deepEqual([...bytes((await memory(2, 2)).body)], [...Buffer.from('xt')]);
        const data = Buffer.from('worm').toString('base64');
        const written = await session.client.send('writeMemory', { memoryReference: text.memoryReference, data });
        assert.equal(written.body.bytesWritten, 4);
        assert.match((await session.evaluate('text')).result, /worm/);
        const event = session.events.find(event => event.event === 'memory');
        assert.deepEqual(event.body, { memoryReference: text.memoryReference, offset: 0, count: 4 });
        const nothing = (await session.client.send('readMemory', { memoryReference: '0x10', count: 16 })).body;
        assert.deepEqual([nothing.data, nothing.unreadableBytes], [undefined, 16]);
        assert.equal((await session.client.send('readMemory', { memoryReference: '0xfffffff0', count: 100 })).body.data, undefined);
        await refused(session.client.send('writeMemory', { memoryReference: '0x10', data }), /0x10/);
        await refused(session.client.send('writeMemory', { memoryReference: '0x10', data: '!' }), /base64/);
        await refused(session.client.send('readMemory', { memoryReference: 'gone', count: 1 }), /gone/);
        await session.end();
    });
});

describe('code', () => {
    it('is disassembled around an address, with lines and symbols', async () => {
        const session = await Session.launch(dynamic, lines(18));
        const here = (await session.frames())[0].instructionPointerReference;
        const answer = await session.client.disassembleRequest({
            memoryReference: here, instructionOffset: -20, instructionCount: 50, resolveSymbols: true,
        });
        const code = answer.body.instructions;
        assert.equal(code.length, 50);
        assert.equal(code[20].address, here);
        for (let i = 1; i < 50; i++)
            assert.equal(Number(code[i].address), Number(code[i - 1].address) + code[i - 1].instructionBytes.replace(' ', '').length / 2);
        assert.equal(code[20].line, 18);
        assert.equal(code[20].location.path, source.path);
        assert.match(code[20].symbol, /^add\+/);
        assert.match(code[20].instructionBytes, /^[0-9a-f]{8}$/);
        const nowhere = await session.client.disassembleRequest({ memoryReference: '0x0', instructionOffset: -5, instructionCount: 10 });
        assert.equal(nowhere.body.instructions.length, 10);
        assert(nowhere.body.instructions.every(at => at.presentationHint === 'invalid'));
        await session.end();
    });

    it('of the console is completed', async () => {
        const session = await Session.launch(dynamic, lines(19));
        const complete = async (text, column = text.length + 1) =>
            (await session.client.completionsRequest({ text, column })).body.targets;
        // Columns are counted from 1 (columnsStartAt1), in the answer too.
        assert((await complete('info regis')).some(target => target.label === 'registers' && target.start === 6 && target.length === 5));
        const second = (await session.client.completionsRequest({ text: 'step\ninfo regis', line: 2, column: 11 })).body.targets;
        assert.deepEqual(second, await complete('info regis'));
        assert((await complete('print su')).some(target => target.label === 'sum'));
        assert((await complete('bre', 3)).some(target => target.label === 'break' && target.length === 2));
        assert.deepEqual(await complete('frobnicate'), []);
        assert.deepEqual(await complete('é', 0), await complete(''));
        await session.end();
        const zero = await Session.start({ columnsStartAt1: false });
        const initialized = zero.next('initialized');
        await Promise.all([initialized, zero.client.launchRequest({ ...dynamic, stopOnEntry: true })]);
        const targets = (await zero.client.completionsRequest({ text: 'info regis', column: 10 })).body.targets;
        assert(targets.some(target => target.label === 'registers' && target.start === 5 && target.length === 5));
        await zero.end();
    });

    it('goes on from another line', async () => {
        const session = await Session.launch(dynamic, lines(19));
        const targets = (await session.client.gotoTargetsRequest({ source, line: 21 })).body.targets;
        assert.equal(targets.length, 1);
        const stop = await session.go('goto', { targetId: targets[0].id });
        assert.equal(stop.body.reason, 'goto');
        assert.equal(await session.where(), 'add:21');
        assert.equal((await session.evaluate('total')).result, '0');
        await session.end();
    });

    it('comes from modules and sources', async () => {
        const session = await Session.launch(dynamic, lines(51));
        const modules = (await session.client.modulesRequest()).body.modules.map(module => module.name);
        assert(modules.includes('shapes') && modules.some(name => name.startsWith('libc')), modules.join());
        assert(session.events.some(event => event.event === 'module' && event.body.module.name.startsWith('libc')));
        const sources = (await session.client.send('loadedSources')).body.sources;
        assert(sources.some(loaded => loaded.path === source.path));
        const text = (await session.client.sourceRequest({ source, sourceReference: 0 })).body.content;
        assert.equal(text, fs.readFileSync(source.path, 'utf8'));
        await session.end();
    });
});

describe('the program', () => {
    it('reads a file as its input, in its directory', async () => {
        const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'skink-dap-test-'));
        fs.writeFileSync(path.join(directory, 'input'), 'a line\n');
        for (const stdin of ['input', path.join(directory, 'input')]) {
            const session = await Session.launch({ ...dynamic, cwd: directory, stdin }, unwatched);
            assert.match(session.output('stdout'), /read a line\n/);
            await session.end();
        }
        fs.rmSync(directory, { recursive: true });
    });

    it('starts again, with its breakpoints', async () => {
        const session = await Session.launch(dynamic, lines(51));
        const again = await session.go('restart');
        assert.equal(again.body.reason, 'breakpoint');
        assert.equal(await session.where(), 'main:51');
        assert.equal(session.output('stderr'), 'to stderr\nto stderr\n');
        const entry = await session.go('restart', { arguments: { stopOnEntry: true, args: ['7'] } });
        assert.equal(entry.body.reason, 'entry');
        await session.client.setBreakpointsRequest({ source, breakpoints: [] });
        await session.go('continue');
        const end = await session.go('continue');
        assert.equal(end.event, 'terminated');
        assert.equal(session.events.find(event => event.event === 'exited').body.exitCode, 7);
        await session.end();
    });

    it('is terminated, and then there is nothing to look at', async () => {
        const session = await Session.launch(dynamic, lines(51));
        const end = session.stop();
        await session.client.terminateRequest();
        assert.equal((await end).event, 'terminated');
        await refused(session.client.stackTraceRequest({ threadId: 1 }), /not being run/);
        await refused(session.client.continueRequest({ threadId: 1 }), /not being run/);
        assert.deepEqual((await session.client.threadsRequest()).body.threads, []);
        await session.end();
    });

    it('is watched at system calls and chosen signals', async () => {
        const session = await Session.launch(dynamic, client => client.setExceptionBreakpointsRequest({
            filters: [], filterOptions: [{ filterId: 'syscall', condition: 'write' }, { filterId: 'signal', condition: 'SIGSEGV' }],
        }));
        assert.match(session.first.body.text, /write is about to be called/);
        const answer = await session.client.setExceptionBreakpointsRequest({
            filters: ['fork'], filterOptions: [{ filterId: 'syscall', condition: 'frobnicate' }, { filterId: 'other' }],
        });
        assert.deepEqual(answer.body.breakpoints.map(point => point.verified), [true, false, false]);
        // SIGUSR1 is not among them.
        assert.equal((await session.go('continue')).event, 'terminated');
        await session.end();
    });

    it('runs without the debugger if that is asked for', async () => {
        const session = await Session.launch({ ...dynamic, noDebug: true, stopOnEntry: true }, async client => {
            const set = (await lines(18, 51)(client)).body.breakpoints;
            assert.deepEqual(set.map(point => point.verified), [false, false]);
            assert.match(set[0].message, /noDebug/);
            const filters = await client.setExceptionBreakpointsRequest({ filters: ['signal', 'syscall'] });
            assert.deepEqual(filters.body.breakpoints.map(point => point.verified), [false, false]);
        });
        assert.equal(session.first.event, 'terminated');
        assert.equal(session.events.find(event => event.event === 'exited').body.exitCode, 0);
        assert(!session.events.some(event => event.event === 'stopped'));
        await session.end();
        // What the board stops for is said, and is the end.
        const board = await Session.launch({ program: path.join(root, 'tests/debug/trouble.s'), noDebug: true });
        assert.equal(board.first.event, 'terminated');
        assert.match(board.output('console'), /trouble\.s/);
        await board.end();
        const unchecked = await Session.launch({ program: path.join(root, 'tests/debug/checks.s'), noDebug: true }, client =>
            client.setExceptionBreakpointsRequest({ filters: ['check-preserved', 'check-stack', 'check-returns', 'check-reads'] }));
        assert.equal(unchecked.first.event, 'terminated');
        assert.doesNotMatch(unchecked.output('console'), /warning/);
        await unchecked.end();
        // Nobody is asked before another program takes the place of this one.
        const shell = path.join(root, '.sysroot/armhf/usr/bin/dash');
        const other = await Session.launch({
            program: shell, args: ['-c', 'exec echo other'], sysroot: path.join(root, '.sysroot/armhf'), noDebug: true,
        });
        assert.equal(other.first.event, 'terminated');
        assert.equal(other.output('stdout'), 'other\n');
        await other.end();
    });
});
