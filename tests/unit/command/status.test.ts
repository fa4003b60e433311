// What `hearth status` says of a node with several networks.
import { describe, expect, it } from 'vitest';
import { statusVerb } from '../../../src-main/command/status.ts';

const held = { code: 'x.held', message: 'The port is taken.', action: 'Choose another.' };
const network = (title: string, state: string, reason: object | null = null) => ({
  title,
  state,
  reason,
  address: null,
});

async function said(reason: object | null, ...networks: object[]): Promise<string[]> {
  const answers: Readonly<Record<string, unknown>> = {
    'node.get': { sentence: 'Ready', practice: false, reason },
    'networks.get': networks,
    'work.get': { today: { done: 0, failed: 0, refused: 0 } },
    'earnings.get': { standing: null },
    'backends.get': [],
  };
  const lines: string[] = [];
  const node = { request: async (name: string) => ({ value: answers[name] }) };
  const terminal = { print: (line: string) => void lines.push(line) };
  await statusVerb.run({ json: false }, { node, terminal } as never);
  return lines;
}

describe('hearth status', () => {
  it('says why one network is held up while the node as a whole is ready', async () => {
    const lines = await said(null, network('Parcels', 'online'), network('Boxes', 'blocked', held));
    expect(lines.slice(2)).toEqual([
      'Parcels: online',
      'Boxes: no work can come yet',
      '  The port is taken. Choose another.',
    ]);
  });

  it('says it once where it is the reason of the node, too', async () => {
    const lines = await said(held, network('Boxes', 'blocked', held));
    expect(lines.filter((line) => line.includes('taken'))).toHaveLength(1);
  });
});
