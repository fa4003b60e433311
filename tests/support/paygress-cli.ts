// The official command line of Paygress, where it is installed: HEARTH_PAYGRESS_CLI names the program. Tried with 0.1.9.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';

/** Empty: it is not there. */
export const PAYGRESS_CLI = process.env.HEARTH_PAYGRESS_CLI ?? '';
/** A command takes for its answer whatever came in the minute before it, so people who script it leave a pause, and so does this. */
const APART_MS = 7000;
const MOST_MS = 150_000;

/** Why it can't be tried; undefined: it can. */
export const paygressCliMissing =
  PAYGRESS_CLI === ''
    ? 'HEARTH_PAYGRESS_CLI is not set'
    : existsSync(PAYGRESS_CLI)
      ? undefined
      : `there is no ${PAYGRESS_CLI}`;

export const paygressCliVersion = (): string =>
  spawnSync(PAYGRESS_CLI, ['--version'], { encoding: 'utf8' }).stdout.trim();

export interface CliAnswer {
  readonly code: number;
  /** All that it printed. */
  readonly out: string;
  /** What it printed behind `name:`, the first time. */
  said(name: string): string | undefined;
}

export class PaygressCli {
  readonly #home: string;
  readonly #relays: string;
  #endedAt = Number.NEGATIVE_INFINITY;

  private constructor(home: string, relays: string) {
    this.#home = home;
    this.#relays = relays;
  }

  /** With a key of its own, which it makes by itself when it needs one. */
  static async start(relays: readonly string[]): Promise<PaygressCli> {
    const home = await mkdtemp(join(tmpdir(), 'hearth-paygress-cli-'));
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    return new PaygressCli(home, relays.join(','));
  }

  list(): Promise<CliAnswer> {
    return this.run('list');
  }

  info(provider: string): Promise<CliAnswer> {
    return this.run('list', 'info', provider);
  }

  /** `provider`: hex, npub or name. */
  spawn(provider: string, token: string, ...more: readonly string[]): Promise<CliAnswer> {
    return this.run('spawn', '--provider', provider, '--token', token, ...more);
  }

  deploy(template: string, provider: string, token: string, ...more: readonly string[]): Promise<CliAnswer> {
    return this.run('deploy', template, '--provider', provider, '--token', token, ...more);
  }

  status(provider: string, pod: string): Promise<CliAnswer> {
    return this.run('status', '--provider', provider, '--pod-id', pod);
  }

  topUp(provider: string, pod: string, token: string): Promise<CliAnswer> {
    return this.run('topup', '--provider', provider, '--pod-id', pod, '--token', token);
  }

  /** Any command, with the relays behind it, one after the other. */
  async run(...args: readonly string[]): Promise<CliAnswer> {
    await systemClock.sleep(Math.max(0, this.#endedAt + APART_MS - performance.now()));
    const child = spawn(PAYGRESS_CLI, [...args, '--relays', this.#relays], {
      env: { ...process.env, HOME: this.#home, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: MOST_MS,
      killSignal: 'SIGKILL',
    });
    let out = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (out += chunk));
    const [code] = (await once(child, 'close')) as [number | null];
    this.#endedAt = performance.now();
    const said = (name: string) => new RegExp(`(?:^|[\\s│•-])${name}: +(.+?)\\s*$`, 'm').exec(out)?.[1];
    return { code: code ?? -1, out, said };
  }
}
