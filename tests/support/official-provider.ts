// The official provider of Paygress, which its command line has in it, where that is installed (see paygress-cli.ts). In Docker's place
// it has a program that writes down what it was asked and runs nothing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './folder.ts';
import { testSigner } from './nostr.ts';
import { PAYGRESS_CLI } from './paygress-cli.ts';
import { SPEC } from './paygress-provider.ts';
import { until } from './wait.ts';

export interface OfficialProvider {
  /** Hex. */
  readonly key: string;
  /** Its containers that run, by name. */
  running(): readonly string[];
  /** All that it has written. */
  log(): string;
  /** At once, without a word to anybody. */
  kill(): Promise<void>;
}

const DOCKER = `#!/bin/sh
cd "$(dirname "$0")/boxes" || exit 1
case $1 in
run)
  while [ $# -gt 0 ]; do [ "$1" = --name ] && name=$2; shift; done
  : >"$name" && echo "$name" ;;
ps) ls ;;
inspect)
  for name; do :; done
  [ -e "$name" ] || exit 1
  echo true ;;
rm | stop)
  for name; do :; done
  rm -f "$name" ;;
esac
`;

/** Resolves once it listens. It stops its containers for nobody: what runs goes on until it says otherwise. */
export async function officialProvider(relays: readonly string[], mint: string): Promise<OfficialProvider> {
  const folder = temporaryFolder();
  const secret = '5a'.repeat(32);
  const bin = temporaryFolder();
  const boxes = join(bin, 'boxes');
  mkdirSync(boxes);
  writeFileSync(join(bin, 'docker'), DOCKER, { mode: 0o755 });
  const config = join(folder, 'provider.json');
  writeFileSync(
    config,
    JSON.stringify({
      backend_type: 'Docker',
      proxmox_url: '',
      proxmox_token_id: '',
      proxmox_token_secret: '',
      proxmox_node: '',
      proxmox_storage: '',
      proxmox_template: '',
      proxmox_bridge: '',
      vmid_range_start: 1000,
      vmid_range_end: 1999,
      nostr_private_key: secret,
      nostr_relays: relays,
      provider_name: 'calm-official-otter',
      provider_location: null,
      public_ip: '203.0.113.7',
      capabilities: ['lxc'],
      specs: [SPEC],
      whitelisted_mints: [mint],
      heartbeat_interval_secs: 5,
      minimum_duration_seconds: 60,
      tunnel_enabled: false,
      cashu_wallet_db_path: join(folder, 'wallet.sqlite'),
      workload_state_path: join(folder, 'workloads.json'),
      standby_state_path: join(folder, 'standby.json'),
    }),
  );
  const child = spawn(PAYGRESS_CLI, ['provider', 'start', '--config', config], {
    cwd: folder,
    env: { HOME: folder, NO_COLOR: '1', RUST_LOG: 'info', PATH: `${bin}:${process.env.PATH}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (log += String(bytes)));
  const exited = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  await until('the official provider', () => log.includes('Listening for Paygress requests'));
  await until('its first heartbeat', () => log.includes('Heartbeat published'));
  return {
    key: (await testSigner(secret)).publicKey!,
    running: () => readdirSync(boxes),
    log: () => log,
    kill,
  };
}
