// `hearth iicp new-identity`, which was `hearth new-identity` before: nothing without the words, and what it says before.
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Terminal } from '../../../src-main/command/terminal.ts';
import { allVerbs } from '../../../src-main/command/verbs.ts';
import type { SocketClient } from '../../../src-main/faces/socket.ts';

const verbs = await allVerbs();

const names = ['iicp new-identity', 'new-identity'] as const;

async function run(name: string, typed: string, json = false) {
  const printed: string[] = [];
  const asked: unknown[] = [];
  const request = async (asks: string, input: unknown) => {
    if (asks === 'networks.get') return { value: [{ id: 'iicp', title: 'IICP', nodeId: 'node-old' }] };
    asked.push([asks, input]);
    return { nodeId: 'node-new', publicKey: 'AAAA' };
  };
  const terminal = { print: (text: string) => printed.push(text), stdin: Readable.from([typed]) };
  const done = verbs
    .find((verb) => verb.name === name)!
    .run(
      { json },
      {
        node: { request } as unknown as SocketClient,
        dataDir: '/nowhere',
        common: { data: undefined, json, practice: false },
        terminal: terminal as unknown as Terminal,
      },
    );
  const exit = await done.catch((error: { readonly code: string }) => error.code);
  return { exit, printed, asked };
}

describe.each(names)('%s', (name) => {
  it.each(['', 'yes', 'identity'])('changes nothing for %j', async (typed) => {
    const { exit, printed, asked } = await run(name, typed);
    expect([exit, asked]).toEqual(['command.not-confirmed', []]);
    expect(printed.join(' ')).toMatch(/node-old.*Lost for good: the reputation.*not received/);
  });

  it('does it for the words, and tells the new name', async () => {
    const { exit, printed, asked } = await run(name, 'new identity\n');
    expect([exit, asked]).toEqual([0, [['networks.newIdentity', { id: 'iicp' }]]]);
    expect(printed.at(-1)).toBe('IICP: from now on this node is node-new.');
    expect((await run(name, 'new identity', true)).printed).toEqual(['{"nodeId":"node-new","publicKey":"AAAA"}']);
  });
});
