// Assembly: GNU's dialect for Linux, Thumb, and the University of Manchester's board.
'use strict';
const { describe, it } = require('node:test');
const assert = require('node:assert');
const path = require('node:path');
const { execFileSync } = require('node:child_process');
const { Session, refused, bytes, root, programs, skink } = require('./lib/session');

const example = name => path.join(root, 'examples', name);

describe('GNU assembly', () => {
    const program = path.join(root, 'tests/debug/count.s');
    const source = { path: program };

    it('stops at labels and lines, goes back, and counts', async () => {
        const session = await Session.launch({ program }, client =>
            client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'odd', hitCondition: '== 3' }] }));
        assert.equal(session.first.body.reason, 'function breakpoint');
        assert.equal((await session.frames())[0].source.path, program);
        const [done] = await session.command('info position').then(text => [Number(/Instruction (\d+)/.exec(text)[1])]);
        await session.go('stepBack', { granularity: 'instruction' });
        assert.match(await session.command('info position'), new RegExp(`Instruction ${done - 1} \\(in the past\\)`));
        await session.go('stepIn', { granularity: 'instruction' });
        assert.match(await session.command('info position'), new RegExp(`Instruction ${done} `));
        await session.client.setFunctionBreakpointsRequest({ breakpoints: [] });
        await session.end();
    });

    it('is looked at in a recording, from its end to its beginning', async () => {
        const recording = path.join(programs, 'count.recording');
        execFileSync(skink, ['run', '--record', recording, program]);
        const session = await Session.launch({ replay: recording }, client =>
            client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'odd', hitCondition: '== 2' }] }));
        assert.equal(session.first.body.reason, 'function breakpoint');
        await session.client.setFunctionBreakpointsRequest({ breakpoints: [] });
        assert.match((await session.go('continue')).body.description, /recording ends/);
        await refused(session.client.send('setExpression', { expression: '$r0', value: '1' }), /recording/);
        assert.match((await session.go('reverseContinue')).body.description, /earlier/);
        await session.end();
    });

    it('has labels where there are no variables', async () => {
        const session = await Session.launch({ program: example('hello.s'), stopOnEntry: true });
        const globals = await session.scope('Globals');
        assert(Object.keys(globals.of).includes('text'), Object.keys(globals.of).join());
        assert.match((await session.evaluate('$pc + 4')).result, /^0x/);
        const end = await session.go('continue');
        assert.equal(end.event, 'terminated');
        assert.equal(session.output('stdout'), 'Hello, world!\n');
        await session.end();
    });

    it('in Thumb is disassembled backwards too', async () => {
        const program = path.join(root, 'tests/dap/thumb.s');
        const session = await Session.launch({ program }, client =>
            client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'twice' }] }));
        const here = (await session.frames())[0].instructionPointerReference;
        const code = async (before, count) => (await session.client.disassembleRequest({
            memoryReference: here, instructionOffset: before, instructionCount: count,
        })).body.instructions;
        const rows = await code(-8, 10);
        // By hand: movs 2, ldr 2, add.w 4, movw 4, adds 2, bl 4, b 2 bytes; then a word of data.
        const begin = Number(rows[0].address);
        assert.deepEqual(rows.map(row => Number(row.address) - begin), [0, 2, 4, 8, 12, 14, 18, 20, 24, 26]);
        assert.equal(rows[7].instruction, '.word 0x01020304');
        assert.match(rows[3].instructionBytes, /^[0-9a-f]{4} [0-9a-f]{4}$/);
        assert.match(rows[8].instruction, /^lsls/);
        // The same rows from wherever they are asked for.
        assert.deepEqual(await code(-3, 3), rows.slice(5, 8));
        assert.deepEqual((await code(1, 2)).slice(0, 1), rows.slice(9));
        await session.go('stepOut');
        assert.equal(Number((await session.frames())[0].instructionPointerReference) - begin, 18);
        await session.end();
    });
});

describe('the Manchester board', () => {
    const program = example('manchester/hanoi.s');
    const source = { path: program };

    it('stops, steps, goes back, shows registers and memory', async () => {
        const session = await Session.launch({ program }, client =>
            client.setBreakpointsRequest({ source, breakpoints: [{ line: 26, condition: 'r0 == 1' }] }));
        assert.equal(session.first.body.reason, 'breakpoint');
        assert.equal(await session.where(), 'move:26');
        assert.equal((await session.frames()).length, 5);
        const registers = await session.scope('Registers');
        assert.equal(registers.of.r0.value, '0x00000001 (1)');
        assert.equal((await session.scope('Flags')).of.z.value, '0');
        assert.equal((await session.evaluate('[arrow]')).result, '0x203e2d20 (540945696)');
        const arrow = await session.client.send('readMemory', { memoryReference: '0x4', count: 4 });
        assert.equal(bytes(arrow.body).toString(), ' -> ');
        await session.go('stepBack');
        assert.equal(await session.where(), 'move:25');
        await session.go('reverseContinue');
        assert.match(await session.command('info position'), /in the past/);
        await session.client.setBreakpointsRequest({ source, breakpoints: [] });
        assert.match((await session.go('continue')).body.description, /present/);
        assert.equal((await session.go('continue')).event, 'terminated');
        // What was printed before going back is not printed again.
        assert.match(session.output('stdout'), /^A -> B\nA -> C\n/);
        assert.match(session.output('stdout'), /15 moves/);
        await session.end();
    });

    it('has its input from a file, and says what went wrong', async () => {
        const sum = await Session.launch({
            program: example('manchester/sum.s'), input: example('manchester/sum.input'),
        });
        assert.equal(sum.first.event, 'terminated');
        // Of 17, 4, 1000 and 23: sum, least and greatest.
        assert.equal(sum.output('stdout'), '1044\n4\n1000\n');
        await sum.end();
        const session = await Session.launch({ program: path.join(root, 'tests/debug/trouble.s') });
        assert.equal(session.first.body.reason, 'exception');
        const info = (await session.client.exceptionInfoRequest({ threadId: 1 })).body;
        assert.match(info.details.message, /trouble\.s/);
        const set = await session.client.send('setDataBreakpoints', {
            breakpoints: [{ dataId: '0x0+4', accessType: 'execute' }, { dataId: '0x0+4', accessType: 'read' }],
        });
        assert.deepEqual(set.body.breakpoints.map(point => point.verified), [false, true]);
        assert.match(set.body.breakpoints[0].message, /execute/);
        await session.end();
    });

    it('is assembled before, or the launch fails with what is wrong', async () => {
        const session = await Session.start();
        const wrong = path.join(root, 'tests/asm/wrong');
        const file = require('node:fs').readdirSync(wrong).find(name => name.endsWith('.s'));
        await refused(session.client.launchRequest({ program: path.join(wrong, file) }), new RegExp(file));
        // Another may be launched then.
        const initialized = session.next('initialized');
        await session.client.launchRequest({ program, stopOnEntry: true });
        await initialized;
        await session.end();
    });
});
