// What a child process does for an attack: the node's own parts, asked as the node asks them.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Agent, fetch as fetchByUndici, type RequestInit as UndiciInit } from 'undici';
import { fromCalendar } from '../../src-main/availability/calendar.ts';
import { programRunner } from '../../src-main/backends/runners/program.ts';
import type { BoxPort } from '../../src-main/backends/workloads/backend.ts';
import { Forwarder } from '../../src-main/backends/workloads/proxmox/forwarder.ts';
import { BackupFiles } from '../../src-main/backup/backup-files.ts';
import { unpack } from '../../src-main/backup/package.ts';
import { readHead } from '../../src-main/backup/sealed-file.ts';
import { systemClock as clock } from '../../src-main/base/clock.ts';
import { silentLogger as logger } from '../../src-main/base/logger.ts';
import { systemRandom as random } from '../../src-main/base/random.ts';
import { openLetter } from '../../src-main/nostr/envelope.ts';
import { RelayPool } from '../../src-main/nostr/pool.ts';
import { nostrMigrations } from '../../src-main/nostr/schema.ts';
import { Signer } from '../../src-main/nostr/signer.ts';
import { listenForAnnouncements } from '../../src-main/reachability/announcements.ts';
import { getOnce } from '../../src-main/reachability/detect/get.ts';
import type { Gateway } from '../../src-main/reachability/gateway/gateway.ts';
import { pageTitle } from '../../src-main/reachability/gateway/page-title.ts';
import type { PortClientFactory } from '../../src-main/reachability/mapping.ts';
import { natPmpClients } from '../../src-main/reachability/nat-pmp/client.ts';
import { pcpClients, pcpNonce } from '../../src-main/reachability/pcp/client.ts';
import { askStun } from '../../src-main/reachability/stun/ask.ts';
import { upnpClients } from '../../src-main/reachability/upnp/client.ts';
import { subscribe } from '../../src-main/reachability/upnp/events.ts';
import { readFeed } from '../../src-main/shell/updates/feed.ts';
import { fetchFeed, fetchPackage } from '../../src-main/shell/updates/fetching.ts';
import { releaseKeys } from '../../src-main/shell/updates/signers.ts';
import { runnerDeps, testJob } from '../support/runners.ts';
import { meshJobs } from './mesh-jobs.ts';
import { posemeshJobs } from './posemesh-jobs.ts';

const own = { clock, random };
const HERE = '127.0.0.1';
const GATEWAY: Gateway = {
  name: 'lo',
  v4: { router: HERE, local: HERE, prefix: 8 },
  v6: undefined,
  hardware: undefined,
  behindVpn: false,
};

interface Asked {
  readonly port: number;
  readonly ms: number;
}

/** Who letters are for in here. */
const reader = new Signer(
  { ...own, vault: { get: () => '5'.repeat(64), put: () => Promise.resolve() } },
  'hostile.nostr-key',
);

const within = (timeoutMs: number) => ({ signal: new AbortController().signal, timeoutMs });

/** Finds the router, and has a port mapped where it is one. */
async function map(clients: PortClientFactory, ms: number): Promise<string> {
  const client = clients(GATEWAY);
  try {
    await client.probe(within(ms));
    const mapping = await client.install(
      {
        family: 4,
        transport: 'tcp',
        internal: { address: HERE, port: 9001 },
        port: 19_001,
        lifetimeMs: 3_600_000,
        description: 'Hearth 1a2b tcp 9001',
        handle: pcpNonce(random),
      },
      within(ms),
    );
    return mapping.external.address;
  } finally {
    client.close();
  }
}

export const jobs = {
  ...meshJobs,
  ...posemeshJobs,

  upnp: ({ port, ms }: Asked) => map(upnpClients(own, { ssdpPort: port }), ms),
  pcp: ({ port, ms }: Asked) => map(pcpClients(own, { port }), ms),
  'nat-pmp': ({ port, ms }: Asked) => map(natPmpClients(own, { port }), ms),

  async stun({ ports, ms }: { readonly ports: readonly number[]; readonly ms: number }): Promise<string | undefined> {
    const servers = ports.map((port) => `${HERE}:${port}`);
    const { signal } = within(ms);
    const { reflexive } = await askStun(own, { servers, family: 4, local: HERE, signal, timeoutMs: ms });
    return reflexive?.address;
  },

  /** How many hints were heard. */
  async events({ port, ms }: Asked): Promise<number> {
    let hints = 0;
    const place = { host: HERE, port, path: '/events' };
    const subscription = subscribe(own, { place, local: HERE }, () => {
      hints += 1;
    });
    await clock.sleep(ms, new AbortController().signal);
    await subscription.end(true);
    return hints;
  },

  async announcements({ port, from, ms }: Asked & { readonly from: number }): Promise<number> {
    let hints = 0;
    const hint = () => {
      hints += 1;
    };
    const end = listenForAnnouncements(own, GATEWAY, hint, { heardAt: port, saidFrom: from });
    await clock.sleep(ms, new AbortController().signal);
    end();
    return hints;
  },

  title: ({ port, ms }: Asked) => pageTitle({ router: HERE, local: HERE }, AbortSignal.timeout(ms), port),
  get: async ({ port, ms }: Asked) => (await getOnce(`http://${HERE}:${port}/`, AbortSignal.timeout(ms)))?.status,

  /** Reads what anybody can, then with the passphrase what is within, into a folder that goes. */
  async restore({
    file,
    passphrase,
    folder,
  }: {
    readonly file: string;
    readonly passphrase: string;
    readonly folder: string;
  }) {
    await readHead(file);
    const work = mkdtempSync(join(folder, 'work-'));
    try {
      const signal = new AbortController().signal;
      const { facts } = await unpack(file, join(work, 'hearth.db'), { passphrase, signal, progress: () => {} });
      return facts.madeAt;
    } finally {
      rmSync(work, { recursive: true });
    }
  },

  /** As the app looks for a new version and fetches it. */
  async update({
    url,
    keys,
    folder,
  }: {
    readonly url: string;
    readonly keys: string;
    readonly folder: string;
  }): Promise<string> {
    // Electron's in the app. Node's own fails on an assertion where a host ends while its body waits to be read.
    const dispatcher = new Agent();
    const fetch = async (from: string, options: RequestInit) =>
      (await fetchByUndici(from, { ...(options as UndiciInit), dispatcher })) as unknown as Response;
    const deps = { fetch, clock };
    const at = new URL(url);
    const { bytes, signature } = await fetchFeed(deps, at);
    const name = at.pathname.slice(1);
    const { feed } = readFeed({ name, bytes, signature, keys: releaseKeys(keys)!, seen: null });
    const [first] = feed.files;
    await fetchPackage(deps, new URL(first!.url, at), join(folder, 'package'), first!, () => {});
    return feed.version;
  },

  nostrKey: async () => reader.publicKey!,

  /** Listens to a relay for so long and opens what letters there are; how it stood at the end. */
  async nostr({ port, ms }: Asked) {
    const db = new Database(':memory:');
    for (const { sql } of nostrMigrations) db.exec(sql);
    const committer = { commit: () => Promise.resolve() };
    const pool = new RelayPool({ ...own, logger, committer, read: db }, { network: 'hostile' });
    let letters = 0;
    const filters = [4, 1059].map((kind) => ({ filter: { kinds: [kind] }, overlapS: 600 }));
    pool.subscribe({ name: 'letters', filters, since: 0 }, ({ event }) => {
      if (typeof openLetter(event, reader) === 'object') letters += 1;
    });
    pool.start([`ws://${HERE}:${port}`]);
    await clock.sleep(ms);
    const [{ events, faults, state } = { events: 0, faults: 0, state: 'stopped' }] = pool.health();
    await pool.stop();
    db.close();
    return { events, faults, state, letters };
  },

  /** Ports that lead to boxes at an address; they stay. */
  async boxPorts({ address, boxes }: { readonly address: string; readonly boxes: readonly (readonly BoxPort[])[] }) {
    // No one waits five minutes in here until those who have gone are seen.
    const ways = new Forwarder({ stalledMs: 5000 });
    for (const [at, ports] of boxes.entries()) {
      await ways.listen(`box-${at}`, ports);
      ways.lead(`box-${at}`, address);
    }
  },

  calendar: async ({ text }: { readonly text: string }) => fromCalendar(text, 'off').taken,

  /** Names and pieces as a face hands them on; answers what of it was taken. */
  async backupFiles({
    folder,
    names,
  }: {
    readonly folder: string;
    readonly names: readonly string[];
  }): Promise<readonly string[]> {
    const files = new BackupFiles(own, { dataDir: folder });
    const taken: string[] = [];
    const attempt = (name: string, act: () => unknown) => {
      try {
        act();
        taken.push(name);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error)) throw error;
      }
    };
    for (const name of names) {
      attempt(`read ${name}`, () => files.read(name, 0));
      attempt(`write ${name}`, () => files.write(name, 0, 'AAAA'));
      files.discard(name);
    }
    return taken;
  },

  /** One job of a program; how it ended, and what of it was taken. */
  async runner({
    folder,
    program,
    timeLimitSecs,
  }: {
    readonly folder: string;
    readonly program: string;
    readonly timeLimitSecs: number;
  }): Promise<readonly string[]> {
    // No one waits ten seconds in here for what does not care.
    const brisk = { ...clock, sleep: (ms: number, signal?: AbortSignal) => clock.sleep(Math.min(ms, 1000), signal) };
    const runner = programRunner(
      { ...runnerDeps(folder), clock: brisk },
      { kind: 'program', capability: '/a/v1', program, timeLimitSecs, outputMiB: 64 },
    );
    const { context, results, events, progress } = testJob(folder);
    const ended = await runner.run(context).then(
      () => 'done',
      (error: Error) => ('code' in error ? String(error.code) : error.name),
    );
    return [ended, `heard ${events.length + progress.length}`, ...(results.size > 0 ? ['uploaded'] : [])];
  },
};
