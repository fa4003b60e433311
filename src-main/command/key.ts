// `hearth key`: who keeps the data key that all secrets of the folder are sealed under, and how it moves to another keeper.

import { HearthError } from '../base/errors.ts';
import { jsonText } from '../base/unseen.ts';
import type { SocketClient } from '../faces/socket.ts';
import { EXIT } from './exit.ts';
import { offline } from './offline.ts';
import { newPassphrase } from './passphrase.ts';
import type { Terminal } from './terminal.ts';
import { usage } from './usage.ts';
import { verb } from './verb.ts';

export const keyVerb = verb({
  name: 'key',
  args: '[HOLDER]',
  about:
    "who keeps the key that seals the data folder's secrets; with passphrase or file it moves there (stop the node first)",
  node: 'optional',
  json: 'who keeps it: file, passphrase or keychain; null where there is none yet.',
  read: ([to]) => ({ to: keyTarget(to) }),
  run: (line, { node, dataDir, terminal }) => key(node, dataDir, line, terminal),
});

function keyTarget(word: string | undefined): KeyTarget | undefined {
  if (word === undefined || word === 'file' || word === 'passphrase') return word;
  throw usage('Say "key", "key passphrase" or "key file".', 'key');
}

type KeyTarget = 'file' | 'passphrase';

const KEEPERS: Readonly<Record<string, string>> = {
  file: 'a file in the data folder that only you can read (keys/data.key)',
  passphrase: 'a passphrase, asked for at each start',
  keychain: "this computer's keychain",
};

interface KeyLine {
  readonly to: KeyTarget | undefined;
  readonly json: boolean;
}

/** Answers the exit code. Moving the key wants the folder for itself: a running node is recognised, not disturbed. */
async function key(
  node: SocketClient | undefined,
  dataDir: string,
  { to, json }: KeyLine,
  terminal: Terminal,
): Promise<number> {
  const holder = to === undefined ? await keptBy(node, dataDir) : await move(node, dataDir, to, terminal);
  terminal.print(json ? jsonText({ holder: holder ?? null }) : sentence(holder));
  return EXIT.ok;
}

function sentence(holder: string | undefined): string {
  if (holder === undefined) return 'This data folder has no key yet; the first start makes one.';
  return `The key is kept by ${KEEPERS[holder] ?? holder}.`;
}

export async function keptBy(node: SocketClient | undefined, dataDir: string): Promise<string | undefined> {
  if (node) return (await node.request('node.get', undefined)).value.keyHolder;
  const { keyHolder } = await import('../engine/open-state.ts');
  return keyHolder(dataDir);
}

export async function move(
  node: SocketClient | undefined,
  dataDir: string,
  to: KeyTarget,
  terminal: Terminal,
): Promise<string> {
  if (node) {
    throw new HearthError({
      code: 'command.node-runs',
      category: 'conflict',
      message: 'A node runs on this data folder. Stop it first, then move its key.',
    });
  }
  return offline(dataDir, terminal, async ({ secrets }) => {
    await secrets.changeHolder(to, to === 'passphrase' ? () => newPassphrase(terminal) : undefined);
    return secrets.holder;
  });
}
