// The node that is set up: the one that runs, or one that is put together for it and started only for a try.

import { isDeepStrictEqual } from 'node:util';
import type { RequestName } from '../../../src-preload/contract/names.ts';
import type { SettingPath, SettingValue } from '../../../src-preload/contract/settings/index.ts';
import { knownFoldersFile } from '../../engine/folders.ts';
import type { AskNode } from '../../networks/verb.ts';
import { passphraseSource } from '../passphrase.ts';
import type { Context } from '../verb.ts';

export interface InitNode extends AskNode {
  readonly running: boolean;
  get<P extends SettingPath>(path: P): Promise<SettingValue<P>>;
  /** Does nothing where it is so already. */
  set<P extends SettingPath>(path: P, value: SettingValue<P>): Promise<void>;
  /** What only a node that has started can do. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Rejects like `compose`. */
export async function openNode({ node, dataDir, common, terminal }: Context<'optional'>): Promise<InitNode> {
  if (node) return withSettings({ running: true, request: (...asked) => node.request(...asked), ...STAYS });
  const { compose } = await import('../../engine/compose.ts');
  const passphrase = passphraseSource({ terminal });
  const engine = await compose({
    dataDir,
    mode: 'headless',
    practice: common.practice,
    logLevel: 'warn',
    autoDetect: true,
    known: common.practice ? undefined : knownFoldersFile(),
    ...(passphrase && { passphrase }),
  });
  let started = false;
  return withSettings({
    running: false,
    request: (async (name: RequestName, input: unknown) => engine.handle(name, input)) as AskNode['request'],
    async start() {
      if (!started) await engine.start();
      started = true;
    },
    stop: () => engine.stop(),
  });
}

const STAYS = { start: async () => {}, stop: async () => {} };

function withSettings(node: Omit<InitNode, 'get' | 'set'>): InitNode {
  const view = async (path: SettingPath) => {
    const { value } = await node.request('settings.get', undefined);
    return value.find((each) => each.path === path)!;
  };
  const get: InitNode['get'] = async (path) => (await view(path)).value as never;
  return {
    ...node,
    get,
    async set(path, value) {
      if (isDeepStrictEqual(await get(path), value)) return;
      await node.request('settings.set', { path, value: value as never });
    },
  };
}
