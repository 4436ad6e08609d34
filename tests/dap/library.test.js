// A library that is loaded when the program runs, with sources that are called like others.
'use strict';
const { describe, it } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Session, root, programs, sysroot } = require('./lib/session');

const user = { program: path.join(programs, 'user'), sysroot };
const source = name => ({ path: path.join(root, 'tests/dap', name) });
const set = async (client, source, ...numbers) =>
    (await client.setBreakpointsRequest({ source, breakpoints: numbers.map(line => ({ line })) })).body.breakpoints;

describe('a library', () => {
    it('has breakpoints before it is loaded', async () => {
        let early, product;
        const session = await Session.launch({ ...user, stopOnEntry: true }, async client => {
            const functions = await client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'early' }] });
            [early] = functions.body.breakpoints;
            // The program has a source of the same name, which is there and not this one.
            [product] = await set(client, source('library/times.c'), 10);
            assert.deepEqual([early, product].map(point => [point.verified, point.reason]), [[false, 'pending'], [false, 'pending']]);
        });
        const found = [];
        session.client.on('breakpoint', event => found.push(event.body));
        let stop = await session.go('continue');
        assert.equal(stop.body.reason, 'function breakpoint');
        assert.deepEqual(stop.body.hitBreakpointIds, [early.id]);
        assert.equal(await session.where(), 'early:16');
        assert.deepEqual(found.map(event => [event.reason, event.breakpoint.id, event.breakpoint.verified, event.breakpoint.line]),
            [['changed', product.id, true, 10], ['changed', early.id, true, 16]].sort((a, b) =>
                found.findIndex(event => event.breakpoint.id === a[1]) - found.findIndex(event => event.breakpoint.id === b[1])));
        stop = await session.go('continue');
        assert.deepEqual(stop.body.hitBreakpointIds, [product.id]);
        const [top, below] = await session.frames();
        assert.deepEqual([top.line, top.source.path], [10, source('library/times.c').path]);
        assert.deepEqual([below.line, below.source.path], [8, source('user/times.c').path]);
        // A variable that is called like a flag, a member that is called like a register.
        const locals = await session.scope('Locals');
        const answer = await session.client.setVariableRequest({ variablesReference: locals.of.v.variablesReference, name: 'x', value: '50' });
        assert.equal(answer.body.value, '50');
        await session.client.setVariableRequest({ variablesReference: locals.of.s.variablesReference, name: 'r0', value: '60' });
        assert.equal((await session.evaluate('v')).result, '{x = 50, r0 = 7}');
        assert.equal((await session.evaluate('s')).result, '{x = 7, r0 = 60}');
        // Started again it is not there yet, and comes again.
        found.length = 0;
        const again = await session.go('restart', { arguments: { stopOnEntry: false } });
        assert.equal(again.body.reason, 'function breakpoint');
        assert.deepEqual(found.map(event => event.breakpoint.verified), [false, false, true, true]);
        assert.equal(await session.where(), 'early:16');
        await session.end();
    });

    it('is loaded while the program runs on, and has what was set then', async () => {
        const session = await Session.launch({ ...user, stopOnEntry: true });
        const changed = session.next('breakpoint');
        const [more] = await set(session.client, { path: '/elsewhere/library/more.c' }, 5);
        assert.equal(more.verified, false);
        const stop = await session.go('continue');
        // It was built in another directory than the editor's, and only one source is called so.
        const event = await changed;
        assert.deepEqual([event.body.breakpoint.id, event.body.breakpoint.verified], [more.id, true]);
        assert.deepEqual(stop.body.hitBreakpointIds, [more.id]);
        assert.equal((await session.frames())[0].source.path, '/elsewhere/library/more.c');
        // The same breakpoints again are those that there are.
        assert.equal((await set(session.client, { path: '/elsewhere/library/more.c' }, 5))[0].id, more.id);
        await set(session.client, { path: '/elsewhere/library/more.c' });
        assert.equal((await session.go('continue')).event, 'terminated');
        assert.equal(session.output('stdout'), '44 8\n');
        await session.end();
    });

    it('does not take over a source that has only its name', async () => {
        const session = await Session.launch(user, client =>
            client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'times' }] }));
        const verified = async path => (await set(session.client, { path }, 10)).map(point => point.verified);
        assert.deepEqual(await verified('/elsewhere/times.c'), [false]);
        assert.deepEqual(await verified('/elsewhere/library/times.c'), [true]);
        const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'skink-dap-test-'));
        fs.writeFileSync(path.join(directory, 'more.c'), 'int other;\n');
        assert.deepEqual(await verified(path.join(directory, 'more.c')), [false]);
        fs.rmSync(directory, { recursive: true });
        await session.end();
    });

    it('has an array of many elements, all of which are shown, or a part', async () => {
        const session = await Session.launch(user, client => set(client, source('library/more.c'), 6));
        const globals = await session.scope('Globals');
        const { many } = globals.of;
        assert.equal(many.indexedVariables, 3000);
        const all = await session.parts(many.variablesReference);
        assert.equal(all.list.length, 3000);
        assert.deepEqual([all.list[2999].name, all.list[2999].value], ['[2999]', '0']);
        const part = await session.parts(many.variablesReference, { filter: 'indexed', start: 1990, count: 1010 });
        assert.deepEqual([part.list.length, part.list[0].name, part.list[1009].name], [1010, '[1990]', '[2999]']);
        const end = await session.parts(many.variablesReference, { filter: 'indexed', start: 2999, count: 10 });
        assert.deepEqual(end.list.map(item => item.name), ['[2999]']);
        const names = globals.list.map(item => item.name);
        const page = await session.parts(globals.reference, { filter: 'named', start: 1, count: 2 });
        assert.deepEqual(page.list.map(item => item.name), names.slice(1, 3));
        await session.end();
    });
});
