// A library that is loaded when the program runs, with sources that are called like others.
'use strict';
const { describe, it } = require('node:test');
const assert = require('node:assert');
const path = require('node:path');
const { Session, root, programs, sysroot } = require('./lib/session');

const user = { program: path.join(programs, 'user'), sysroot };
const source = name => ({ path: path.join(root, 'tests/dap', name) });
const set = async (client, source, ...numbers) =>
    (await client.setBreakpointsRequest({ source, breakpoints: numbers.map(line => ({ line })) })).body.breakpoints;

describe('a library', () => {
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
