// `hearth new-identity`: nothing without the words, and what it says before.
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { newIdentity } from '../../../src-main/command/new-identity.ts';
import type { Terminal } from '../../../src-main/command/terminal.ts';
import type { SocketClient } from '../../../src-main/faces/socket.ts';

async function run(typed: string, json = false) {
  const printed: string[] = [];
  const asked: unknown[] = [];
  const request = async (name: string, input: unknown) => {
    if (name === 'networks.get') return { value: [{ id: 'iicp', title: 'IICP', nodeId: 'node-old' }] };
    asked.push([name, input]);
    return { nodeId: 'node-new', publicKey: 'AAAA' };
  };
  const terminal = { print: (text: string) => printed.push(text), stdin: Readable.from([typed]) };
  const done = newIdentity({ request } as unknown as SocketClient, json, terminal as unknown as Terminal);
  const exit = await done.catch((error: { readonly code: string }) => error.code);
  return { exit, printed, asked };
}

it.each(['', 'yes', 'identity'])('changes nothing for %j', async (typed) => {
  const { exit, printed, asked } = await run(typed);
  expect([exit, asked]).toEqual(['command.not-confirmed', []]);
  expect(printed.join(' ')).toMatch(/node-old.*Lost for good: the reputation.*not received/);
});

it('does it for the words, and tells the new name', async () => {
  const { exit, printed, asked } = await run('new identity\n');
  expect([exit, asked]).toEqual([0, [['networks.newIdentity', { id: 'iicp' }]]]);
  expect(printed.at(-1)).toBe('IICP: from now on this node is node-new.');
  expect((await run('new identity', true)).printed).toEqual(['{"nodeId":"node-new","publicKey":"AAAA"}']);
});
