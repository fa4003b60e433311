// The official conformance runner of IICP against the practice directory in each of its dialects: every check passes, or stands
// here with the reason why it can't. The runner has profiles for directories alone; its other commands try nothing but itself. The
// checks for nodes come with the SDK (iicp-client.test.ts).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import type { Directory, DirectoryOptions } from '../../../src-main/practice/iicp/directory.ts';
import { CHAT, directory } from '../../support/network.ts';
import { counterpart, ended, python } from './packages.ts';

/** How many checks each profile of this version has. */
const PROFILES = { 'directory-public-v1': 10, 'directory-dispatch-v1': 5, 'directory-lifecycle-v1': 6 };
type Profile = keyof typeof PROFILES;

/** Its node is said to be at node.example.com, where the directory's dial finds nobody. Official ones have to be told not to dial. */
const DIALS = [1, 2, 3, 4, 5, 6].map((number) => `DIR-LIFECYCLE-0${number}`);
/** It has nothing to sign a ticket with, and says 503 as official ones do. */
const SIGNS_NOTHING = ['DIR-DISPATCH-01'];

const DIALECTS: readonly [name: string, options: DirectoryOptions, fails: readonly string[]][] = [
  ['as it starts by itself', { allowPrivateEndpoints: false }, DIALS],
  ['as it starts in the practice network', {}, DIALS],
  ['without dialling back', { allowPrivateEndpoints: false, dialBack: false }, []],
  ['without dialling back, private endpoints allowed', { dialBack: false }, []],
  ['strict about who owns a node', { dialBack: false, strictOwnership: true }, []],
  ['with the books of the official PHP directory', { dialBack: false, dialect: 'php' }, []],
  ['with the books of the official Rust directory', { dialBack: false, dialect: 'rust' }, []],
  ['without a key to sign with', { dialBack: false, ed25519Seed: null }, SIGNS_NOTHING],
];

counterpart('the official conformance runner', () => {
  it.each(DIALECTS)('passes the practice directory %s, but for what is listed', async (_, options, fails) => {
    const failed: string[] = [];
    for (const [profile, count] of Object.entries(PROFILES)) {
      const list = await directory(options);
      await oneNode(list);
      const results = await run(list.url, profile as Profile);
      expect(results).toHaveLength(count);
      failed.push(...results.filter(({ outcome }) => outcome !== 'pass').map(({ test_id }) => test_id));
    }
    expect(failed).toEqual(fails);
  });
});

/** For tickets there has to be a node. It declares how it is reached, so that it is taken without being dialled. */
async function oneNode({ url }: Directory): Promise<void> {
  const response = await fetch(`${url}/v1/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      endpoint: 'https://node.example.com',
      region: 'eu-central',
      capabilities: [{ intent: CHAT, models: ['m1'] }],
      limits: { max_concurrent: 1, tokens_per_min: 1000 },
      nat_type: 'full_cone',
      transport_method: 'direct',
    }),
  });
  expect(response.status).toBe(201);
}

async function run(target: string, profile: Profile): Promise<{ test_id: string; outcome: string }[]> {
  const child = spawn(python, ['-m', 'iicp_conformance', 'run', '--target', target, '--profile', profile]);
  onTestFinished(() => ended(child));
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  await once(child, 'close');
  return (JSON.parse(text) as { results: { test_id: string; outcome: string }[] }).results;
}
