// A clock turned by hand, a log that can be read, and one well-formed answer for each request.

import type { Clock } from '../../../src-main/base/clock.ts';
import type { Logger } from '../../../src-main/base/logger.ts';
import type { Engine } from '../../../src-main/faces/dispatch.ts';
import type { Output, PushPayload } from '../../../src-preload/contract/index.ts';
import type { PushName, RequestName } from '../../../src-preload/contract/names.ts';
import type { WalletOperation, WalletView } from '../../../src-preload/contract/wallet.ts';

/** A reason with a sentence of no table. */
const said = (message: string) => ({ code: 'a.code', values: { count: 2, name: 'x' }, message });

export interface HandClock extends Clock {
  /** Moves time on and fires what is due, in order. */
  advance(ms: number): void;
  /** Timers that wait. */
  waiting(): number;
}

export function handClock(start = 1_750_000_000_000): HandClock {
  let elapsed = 0;
  let timers: { at: number; fn: () => void }[] = [];
  const after = (ms: number, fn: () => void) => {
    const timer = { at: elapsed + ms, fn };
    timers.push(timer);
    return () => {
      timers = timers.filter((one) => one !== timer);
    };
  };
  return {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    after,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    waiting: () => timers.length,
    advance(ms) {
      const end = elapsed + ms;
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers = timers.filter((one) => one !== next);
        elapsed = next.at;
        next.fn();
      }
      elapsed = end;
    },
  };
}

export interface ReadableLog extends Logger {
  readonly lines: { level: string; message: string; fields: unknown }[];
}

export function readableLog(): ReadableLog {
  const lines: ReadableLog['lines'] = [];
  const at = (level: string) => (message: string, fields?: unknown) => void lines.push({ level, message, fields });
  const log: ReadableLog = {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  };
  return log;
}

const reason = { code: 'a.code', message: 'A sentence.', action: 'A next step.' };

const task = {
  id: 1,
  network: 'iicp',
  kind: 'task' as const,
  what: 'urn:iicp:intent:llm:chat:v1',
  inference: {
    model: 'qwen2.5:7b',
    backend: 'ollama@127.0.0.1:11434',
    sealed: true,
    tokensIn: 1,
    tokensOut: 2,
  },
  lease: null,
  state: 'running' as const,
  code: null,
  startedAt: 1,
  finishedAt: null,
  earnedMicro: 3,
  unit: 'credit',
};

const sum = { network: 'iicp', unit: 'credit', amountMicro: 12, entries: 2 };

const entry = {
  id: 1,
  at: 1,
  network: 'iicp',
  unit: 'credit',
  state: 'earned' as const,
  kind: 'earned' as const,
  reference: 'earned/1',
  amountMicro: 3,
  grossMicro: 3,
  feeMicro: 0,
  netMicro: 3,
  receivedAt: null,
  claim: { state: 'waiting' as const, reason: null, tries: 1, settledAt: null },
  task: { id: 1, ref: 'a-task', intent: 'urn:iicp:intent:llm:chat:v1', model: 'qwen2.5:7b', tokensIn: 1, tokensOut: 2 },
};

const facets = [{ value: 'done', count: 1 }];

const inTime = {
  sums: [
    {
      network: 'iicp',
      unit: 'EUR',
      state: 'earned' as const,
      grossMicro: 12,
      feeMicro: 0,
      netMicro: 12,
      entries: 2,
    },
  ],
  work: [{ network: 'iicp', done: 2, failed: 1, cancelled: 0, tokensIn: 3, tokensOut: 4 }],
  power: { onMs: 3, openMs: 2, busyMs: 1, milliwattHours: 1, cost: { currency: 'EUR', micro: 1 } },
  left: { currency: 'EUR', micro: 11 },
};

const net = {
  tasks: 1,
  failed: 0,
  tokensIn: 1,
  tokensOut: 2,
  workMs: 3,
  sums: inTime.sums,
  milliwattHours: 4,
  cost: { currency: 'EUR', micro: 5 },
  wear: { currency: 'EUR', micro: 0 },
  left: { currency: 'EUR', micro: -5 },
};
const replayed = { tasks: 1, tokens: 3, micro: 3, power: inTime.power, left: inTime.left };

const setting = {
  path: 'node.name' as const,
  value: 'attic',
  initial: '',
  isSet: true,
  secret: false,
  about: 'A name.',
};

const slice = <V>(value: V) => ({ boot: 'boot', revision: 1, value });

const node = slice({
  version: '0.1.0',
  mode: 'console' as const,
  practice: false,
  name: 'attic',
  state: 'ready' as const,
  headline: { code: 'ready', values: {}, until: null, endsAt: null, because: null },
  sentence: 'Ready, waiting for work',
  reason,
  sharing: true,
  pausedUntil: null,
  endsAt: 2,
  working: 0,
  jobs: 0,
  leases: 0,
  slots: 4,
  startedAt: 1,
  dataFolder: '/data',
  keyHolder: 'file',
  services: [{ name: 'storage', state: 'running' as const, since: 1, reason }],
});

const availability = slice({
  answer: {
    accepting: false,
    level: 'off' as const,
    slots: 0,
    most: 4,
    bound: 'apps' as const,
    why: { code: 'apps' as const, args: { app: 'factorio' }, says: 'app: factorio' },
    also: [],
    until: null,
    next: { at: 1, level: 'full' as const },
  },
  sharing: true,
  pause: { since: 1, until: null, released: false },
  quiet: false,
  learned: { on: true, unreadable: false, known: 336, empty: false, suggestion: Array<string>(7).fill('-'.repeat(48)) },
  room: {
    at: 1,
    cause: 'by-hand' as const,
    tasksFinished: 0,
    tasksReturned: 0,
    jobsHandedBack: 0,
    unloaded: [{ backend: 'ollama', model: 'qwen2.5:7b', tookMs: 1 }],
    kept: [],
    vram: null,
    tookMs: 2,
  },
  rules: [
    {
      id: 'apps' as const,
      on: true,
      state: 'stops' as const,
      reading: { running: ['factorio'] },
      limit: { names: ['factorio'] },
      at: 1,
      says: 'Runs: factorio.',
    },
    {
      id: 'dayData' as const,
      on: true,
      state: 'allows' as const,
      reading: { used: 1, forecast: null, endsAt: 2 },
      limit: { bytes: 3 },
      at: 1,
      says: '0.0 GB this day.',
    },
  ],
  grid: { days: Array<string>(7).fill('-'.repeat(48)), outside: 'off' as const },
  data: { today: { in: 1, out: 2 }, month: { in: 3, out: 4 } },
});

const backends = slice([
  {
    id: 'ollama',
    kind: 'ollama' as const,
    url: 'http://127.0.0.1:11434',
    origin: 'found' as const,
    state: 'ready' as const,
    reason,
    version: '0.9',
    lost: { since: 1, returned: 2 },
    warnings: [],
    models: [
      {
        id: 'qwen2.5:7b',
        state: 'loaded' as const,
        offered: true,
        on: true,
        tasks: ['llm:chat' as const],
        running: 0,
        most: null,
        keepWarm: false,
        memory: null,
      },
    ],
    loads: true,
    unloads: true,
    checkedAt: 1,
    running: 0,
    most: null,
    budget: null,
  },
]);

const work = slice({
  live: [task],
  recent: [task],
  today: { done: 1, failed: 0, cancelled: 0, refused: 2 },
  refusals: [{ reason: 'unknown-model' as const, count: 2 }],
});
const standing = { received: [], onItsWay: [sum], failed: [] };
const earnings = slice({
  dayStart: 0,
  today: [sum],
  total: [sum],
  standing: { today: standing, total: standing },
  balances: [
    {
      network: 'iicp',
      unit: 'credit',
      grossMicro: 3,
      feeMicro: 0,
      netMicro: 3,
      refundedMicro: 0,
      receivedMicro: 0,
      onItsWayMicro: 3,
      depositedMicro: 0,
      withdrawnMicro: 0,
      inHandMicro: 0,
    },
  ],
  through: 2,
  settled: 1,
});

const networks = slice([
  {
    id: 'iicp' as const,
    title: 'IICP',
    enabled: true,
    state: 'online' as const,
    since: 1,
    reason,
    blockers: [reason],
    capabilities: ['identity' as const],
    working: 1,
    nodeId: 'node',
    address: 'https://node.test',
    relay: 'relay.example.org:9485',
    seen: { by: 'directory.test', at: 1 },
    events: 3,
    detail: {
      directoryUrl: 'https://directory.test',
      listening: '0.0.0.0:9484',
      registeredAt: 1,
      heartbeat: { sequence: 1, lastAcceptedAt: 1, nextAt: 2, failure: reason },
      reputation: 0.5,
      mesh: {
        peers: [{ nodeId: 'node-2', endpoint: 'https://two.example.org', region: 'eu-central', answeredAt: 1_700_000 }],
        answered: 1,
        heardOf: 3,
      },
      relayed: 2,
    },
  },
]);

const desktop = slice({
  tray: 'shown' as const,
  hours: 'h23' as const,
  login: { state: 'verified' as const, verifiedAt: 1, reason },
  updates: {
    state: 'available' as const,
    version: '0.2.0',
    done: 0.5,
    checkedAt: 1,
    signedAt: 1,
    reason,
    trial: { from: '0.1.0', until: 2 },
    wayBack: { version: '0.1.0', here: true, how: [said('A sentence.')] },
  },
  releaseKeys: 'held' as const,
  keychain: { state: 'protects' as const, name: 'a keychain', says: 'A sentence.' },
});

const part = { slots: 1, cpuMillicores: 2000, memoryMiB: 512, diskMiB: 0, gpuMiB: 0, ports: 0 };

const facts = {
  identities: [{ network: 'iicp', nodeId: 'node', publicKey: 'key' }],
  ledger: [sum],
  tasks: 3,
  settings: 2,
  secrets: 4,
};
const trial = {
  capability: '/examples/hello/v1',
  at: 1,
  tookMs: 20,
  failure: reason,
  said: [{ kind: 'log' as const, text: 'a line' }],
  results: [{ path: 'result.json', bytes: 2 }],
  resultCount: 1,
};
const runners = slice({
  doing: {
    what: 'pull' as const,
    capability: '/examples/hello/v1',
    since: 1,
    image: 'docker.io/library/python:3.13',
    doneBytes: 1,
    totalBytes: 2,
  },
  trials: [trial],
});
const resources = { slots: 0, cpuMillicores: 500, memoryMiB: 512, diskMiB: 1024, gpuMiB: 0, ports: 1 };
const boxes = slice({
  stage: 'refused' as const,
  missing: reason,
  wanted: true,
  engine: {
    make: 'podman' as const,
    at: '/run/podman/podman.sock',
    rootless: false,
    capacity: { cpuMillicores: 2000, memoryMiB: 4096, diskMiB: null },
    lends: null,
  },
  probe: {
    at: 1,
    checks: [{ id: 'memory' as const, held: false, seen: 'max' }],
    disk: 'memory' as const,
    internet: true,
    machines: { accelerator: 'kvm' as const },
    encryption: { works: false, seen: null },
    graphics: { works: false as const, seen: null },
  },
  images: [
    {
      slug: 'nostr-relay',
      image: 'docker.io/dockurr/strfry:latest',
      machine: false,
      digest: null,
      bytes: null,
      minimum: { cpuMillicores: 500, memoryMiB: 512, diskMiB: 5120 },
    },
  ],
  imageBudgetBytes: 1,
  pulling: { slug: 'nostr-relay', since: 1, doneBytes: 1, totalBytes: 2 },
  boxes: [
    {
      id: 'iicp-lease-1',
      network: 'iicp',
      job: 1,
      status: 'running' as const,
      ended: null,
      resources,
      use: [{ at: 1, cpuMillicores: 100, memoryMiB: 20 }],
      movedBytes: 3,
    },
  ],
});
const rehearsals = slice({
  running: {
    since: 1,
    done: 0.5,
    checks: [{ name: 'found' as const, state: 'ok' as const, reason: said('A sentence.') }],
  },
  last: null,
});

const file = { name: 'hearth-2026.hearth-backup', bytes: 9000, madeAt: 1 };
const saved = { ...facts, madeAt: 1, version: '0.1.0', node: 'attic' };
const backup = slice({
  last: { madeAt: 1, bytes: 9000, provenAt: 2 },
  needed: true,
  changedSince: { entries: 1, settings: 0 },
  files: [file],
  restored: { at: 2, madeAt: 1, aside: 'before-restore' },
  busy: { what: 'create' as const, done: 0.5 },
});

const removal = {
  items: [{ kind: 'logs' as const, path: '/data/logs', bytes: 6, kept: false }],
  remains: [{ code: 'a.code', says: 'It stays.' }],
};

const reached = {
  tier: 1 as const,
  method: 'upnp_mapped' as const,
  exposure: 'ipv4_public_direct' as const,
  natType: 'full_cone' as const,
  chain: [{ id: 'router' as const, state: 'ok' as const, at: 1, by: 'FRITZ!Box', reason: null }],
  reason: null,
};

const reachability = slice({
  enabled: true,
  wanted: true,
  testing: false,
  ...reached,
  natClass: 'open' as const,
  router: {
    interface: 'eth0',
    address: '192.168.1.1',
    local: '192.168.1.2',
    name: 'FRITZ!Box',
    model: null,
    maker: 'AVM',
    behindVpn: false,
  },
  seenFrom: { v4: '11.0.0.1', v6: null, at: 1 },
  tunnels: [{ kind: 'ngrok' as const, url: 'https://a.example.com', healthy: true, at: 1 }],
  ports: [
    {
      id: 'iicp',
      transport: 'tcp' as const,
      port: 9484,
      purpose: 'IICP tasks',
      mappings: [
        {
          family: 4 as const,
          state: 'mapped' as const,
          protocol: 'pcp' as const,
          external: { address: '11.0.0.1', port: 9484 },
          grantedAt: 1,
          expiresAt: 2,
          nextRenewalAt: 2,
          renewals: 0,
          strikes: 0,
          behindAnotherNat: false,
          failure: null,
        },
      ],
      advertised: 'http://11.0.0.1:9484',
      proof: {
        address: '11.0.0.1:9484',
        reached: true,
        prober: 'directory.example',
        at: 1,
        tookMs: 5,
        seen: true,
        evidence: 'arrived' as const,
        reason: null,
      },
      ...reached,
    },
  ],
  counters: { active: 1, external: 1, renewals: 0, rebootsSeen: 0 },
});

const operation: WalletOperation = {
  id: 3,
  at: 1,
  kind: 'pay',
  mint: 'https://mint.example.com',
  unit: 'sat',
  state: 'open',
  amount: 50,
  fee: null,
  to: 'alice@example.com',
  until: null,
  automatic: false,
  asked: null,
  reason: { code: 'wallet.waiting-mint-away', message: 'Away.' },
  endedAt: null,
};
const wallet: WalletView = {
  exists: true,
  mints: [],
  pending: [operation],
  lockKey: `02${'a'.repeat(64)}`,
  rate: { source: 'mempool' as const, currency: 'EUR', price: 90_000, at: 1, reason: null },
  alerts: [{ kind: 'backup', mint: null, at: null, reason: { code: 'wallet.alert-no-backup', message: 'None.' } }],
  payout: { state: 'off', reason: null, nextAt: null },
  wordsProvenAt: null,
};
const payment = { amount: 50, unit: 'sat', mint: operation.mint };

/** One answer to each request that passes the contract as it is. */
export const answers: { [N in RequestName]: Output<N> } = {
  'node.get': node,
  'node.pause': node,
  'node.resume': node,
  'availability.get': availability,
  'availability.readable': { unreadable: ['idle', 'cpuHeat'] },
  'availability.pause': availability,
  'availability.resume': availability,
  'availability.forget': availability,
  'availability.release': {
    jobsHandedBack: 1,
    leases: [],
    stoppedMs: 1,
    tasksFinished: 1,
    tasksReturned: 1,
    unloaded: [{ backend: 'ollama', model: 'qwen2.5:7b', tookMs: 1 }],
    kept: [{ backend: 'vllm', model: 'qwen3', reason }],
    vram: { freeBytes: 2, freedBytes: 1, totalBytes: 3 },
    tookMs: 2,
  },
  'availability.exportCalendar': { fileName: 'hearth-availability.ics', text: 'BEGIN:VCALENDAR' },
  'availability.importCalendar': {
    grid: { days: Array<string>(7).fill('f'.repeat(48)), outside: 'reduced' },
    taken: 1,
    leftOut: 0,
  },
  'backends.get': backends,
  'backends.detect': backends,
  'backends.tried': {
    at: 1,
    took: 12,
    tried: [
      {
        url: 'http://127.0.0.1:11434',
        source: 'usual',
        verdict: 'ollama',
        why: [said('It lists its models as Ollama does.')],
        answers: [{ path: '/api/version', status: 200, shows: said('a version') }],
        version: '0.9',
        models: ['qwen2.5:7b'],
        warnings: [reason],
        took: 5,
      },
    ],
  },
  'backends.load': { tookMs: 1 },
  'backends.unload': { tookMs: 1 },
  'runners.get': runners,
  'runners.check': {
    engine: { make: 'podman', rootless: true },
    runners: [{ capability: '/examples/hello/v1', missing: reason }],
  },
  'runners.try': trial,
  'runners.pull': { tookMs: 1 },
  'runners.stop': undefined,
  'boxes.get': boxes,
  'boxes.probe': undefined,
  'boxes.logs': { text: 'a line' },
  'boxes.end': undefined,
  'boxes.pull': undefined,
  'boxes.stopPull': undefined,
  'boxes.removeImage': undefined,
  'rehearsal.get': rehearsals,
  'rehearsal.run': {
    at: 1,
    took: 2,
    ok: true,
    backend: { kind: 'ollama', url: 'http://127.0.0.1:11434' },
    model: 'qwen2.5:7b',
    firstMs: 3,
    addedMs: 1,
    tokensPerSecond: 40,
    checks: [{ name: 'found', state: 'ok', reason: { ...said('Found.'), action: 'None.' } }],
  },
  'work.get': work,
  'work.list': { items: [task], next: null },
  'work.count': { count: 1, exact: true },
  'work.facets': {
    states: facets,
    networks: facets,
    kinds: facets,
    capabilities: facets,
    models: facets,
    backends: facets,
  },
  'work.leases': [{ id: 1, network: 'iicp', what: 'box', paidUntil: 9, refund: { amountMicro: 5, unit: 'sat' } }],
  'work.endLease': undefined,
  'work.detail': {
    task,
    ref: 'a-task',
    timings: { receivedAt: 1, startedAt: 1, serverMs: 2, tookMs: 3, finishedAt: 4 },
    entries: [entry],
    exposure: {
      arrived: 'direct',
      carried: 'sealed',
      readBy: 'this-computer',
      inMemoryMs: 3,
      contentKept: false,
    },
  },
  'earnings.get': earnings,
  'earnings.series': {
    by: 'day',
    zone: 'Europe/Berlin',
    points: [{ start: 0, end: 86_400_000, ...inTime }],
    total: inTime,
    states: [{ state: 'earned', count: 1, unbooked: 0, sums: inTime.sums, takenBack: [] }],
    now: earnings.value,
    through: 2,
    settled: 1,
  },
  'earnings.net': {
    rows: [{ intent: 'urn:iicp:intent:llm:chat:v1', model: 'qwen2.5:7b', ...net }],
    rest: net,
    total: net,
    data: { in: 1, out: 2 },
    through: 2,
  },
  'earnings.dayCard': { name: 'hearth-day-2026-11-21', json: '{}', text: 'A day' },
  'earnings.rows': { items: [entry], next: null },
  'earnings.check': { sums: [sum], through: 2, agrees: true, tookMs: 1 },
  'earnings.export': { fileName: 'a.csv', mediaType: 'text/csv', text: 'entry\r\n', rows: 0, next: null },
  'earnings.accounts': [
    {
      network: 'iicp',
      unit: 'credit',
      place: 'https://a.directory.net/api',
      claiming: true,
      claims: [{ state: 'paid', reason: null, count: 1, claimedMicro: 3, awardedMicro: 2 }],
      receivedMicro: 2,
      theirs: { balanceMicro: 3, earnedMicro: 3, spentMicro: 0, at: 1 },
      failure: reason,
      trouble: reason,
      differenceMicro: 1,
    },
  ],
  'wallet.get': wallet,
  'wallet.alerts': wallet.alerts,
  'wallet.make': wallet,
  'wallet.words': { words: 'abandon abandon about' },
  'wallet.mint': {
    url: operation.mint,
    name: 'A mint',
    description: null,
    motd: null,
    version: 'Practice/1',
    restores: true,
    keysets: [{ unit: 'sat', active: true, feePpk: 100 }],
  },
  'wallet.trust': wallet,
  'wallet.distrust': wallet,
  'wallet.look': { ...payment, proofs: 3, memo: null },
  'wallet.receive': operation,
  'wallet.deposit': operation,
  'wallet.tokenFee': { mint: operation.mint, fee: 1 },
  'wallet.token': { operation, token: null },
  'wallet.tokenOf': { operation, token: 'cashuB' },
  'wallet.offer': { ...payment, id: 'an-offer', to: 'alice@example.com', reserve: 2, mintFee: 1, description: '' },
  'wallet.pay': operation,
  'wallet.move': operation,
  'wallet.retry': operation,
  'wallet.check': { lost: 0 },
  'wallet.restore': [operation],
  'wallet.askWords': { positions: [2, 5, 11] },
  'wallet.proveWords': { right: false, wrong: [5] },
  'wallet.restoreTest': {
    at: 1,
    took: 5,
    ok: true,
    mints: [{ mint: operation.mint, unit: 'sat', state: 'ok', found: 5, held: 5, reason }],
  },
  'wallet.entries': [
    {
      id: 9,
      at: 1,
      network: 'wallet',
      kind: 'withdrawal',
      unit: 'sat',
      reference: 'wallet/3/payment',
      amountMicro: -50_000_000,
    },
  ],
  'wallet.history': { items: [operation], next: null },
  'pricing.try': {
    unit: 'credit',
    typical: { tokens: 700, basis: 'guess', micro: 700_000 },
    perThousandMicro: 1_000_000,
    mostPerThousandMicro: 1_100_000,
    paidUpTo: 1.1,
    declared: 1,
    cap: 3,
    models: [{ id: 'qwen2.5:7b', multiplier: 1, cap: 3, typicalMicro: 700_000 }],
    replay: { from: 1, was: replayed, would: replayed, models: [{ id: 'qwen2.5:7b', tasks: 1 }], cut: false },
  },
  'networks.get': networks,
  'networks.history': {
    items: [{ id: 1, kind: 'beat-failed', severity: 'warning', at: 1, until: 2, count: 3, reason, tookMs: 4 }],
    next: null,
  },
  'networks.check': { id: 'iicp', at: 1, ok: false, lines: [{ id: 'healthy', state: 'failed', reason }] },
  'networks.rehearse': {
    id: 'iicp',
    at: 1,
    tookMs: 2,
    ok: false,
    capability: '/examples/hello/v1',
    by: 'own-runner',
    steps: [{ id: 'registered', state: 'failed', reason }],
  },
  'networks.ask': null,
  'networks.identify': { nodeId: 'a-node', publicKey: 'AAAA' },
  'networks.rotateKey': { publicKey: 'BBBB' },
  'networks.newIdentity': { nodeId: 'b-node', publicKey: 'CCCC' },
  'hardware.get': {
    at: 1,
    system: { platform: 'linux', name: 'Debian GNU/Linux 12', release: '6.1', arch: 'x64' },
    cpu: { model: 'A processor', cores: 4, threads: 8 },
    memory: { totalBytes: 2, availableBytes: 1 },
    gpus: [
      {
        name: 'A card',
        vendor: 'nvidia',
        memoryBytes: 2,
        freeBytes: 1,
        shared: false,
        driver: '550.1',
        watts: 20,
        mostWatts: 300,
        toldBy: ['nvidia'],
      },
    ],
    disk: { totalBytes: 2, freeBytes: 1 },
    detectors: [{ id: 'nvidia', verdict: 'found', says: 'A sentence.', fix: 'A next step.', tookMs: 1 }],
  },
  'pricing.seen': { at: 1, count: 38, middle: 1.5, lower: 30, own: 3 },
  'figures.get': {
    at: 1,
    waiting: 2,
    tokensLately: [0, 3],
    day: { start: 0, end: 86_400_000, quarters: [{ at: 0, onMs: 5, joinedMs: 4, openMs: 3, readyMs: 2, busyMs: 1 }] },
    tokensPerSecond: 12.5,
    hours: { plannedMs: 7_200_000, servedMs: 3_600_000 },
    speed: { count: 3, tokensPerSecond: 41 },
    first: { count: 2, middleMs: 180, slowMs: 420 },
    power: { today: { left: null, cost: { currency: 'EUR', micro: 1 } }, week: { left: null, cost: null } },
    cpuHeat: { celsius: 51, sensor: 'coretemp' },
    gpuHeat: null,
    vram: { freeBytes: 1, totalBytes: 2 },
    gpuWatts: 61.5,
  },
  'limits.get': {
    at: 1,
    room: 1,
    most: 2,
    limits: [
      {
        kind: 'slots',
        backend: null,
        model: null,
        used: 1,
        most: 2,
        reached: false,
        setting: 'capacity.maxConcurrent',
        says: 'A sentence.',
      },
    ],
    binding: 0,
    lends: part,
    held: [{ network: 'iicp', kind: 'task', claims: 1, resources: part, until: null }],
    elsewhere: [],
  },
  'storage.get': {
    at: 1,
    folder: '/data',
    parts: [{ part: 'database', bytes: 1, files: 1 }],
    totalBytes: 1,
    freeBytes: 2,
    databaseUsedBytes: 1,
    budget: { bytes: 1, usedBytes: 2, over: true },
    rows: { tasks: 1, entries: 1 },
    pruning: { keepDays: 365, last: { at: 1, removed: 2 }, failure: reason },
  },
  'settings.get': slice([setting]),
  'settings.set': setting,
  'desktop.get': desktop,
  'desktop.checkForUpdate': desktop,
  'desktop.installUpdate': desktop,
  'desktop.moveKey': desktop,
  'backup.get': backup,
  'backup.create': { ...file, facts: saved },
  'backup.read': { data: 'AAAA', bytes: 3, next: null },
  'backup.receive': { name: file.name },
  'backup.write': { missing: 0 },
  'backup.discard': backup,
  'backup.inspect': { backup: saved, here: facts, same: true },
  'backup.test': {
    at: 1,
    took: 2,
    ok: true,
    backup: saved,
    checks: [{ name: 'opened', state: 'ok', reason: said('It opens.') }],
  },
  'backup.restore': { backup: saved, aside: 'before-restore' },
  'diagnostics.get': {
    at: 1,
    fileName: 'hearth-diagnostics.json',
    codes: ['a.code'],
    parts: [{ name: 'report', fileName: 'report.txt', bytes: 5, text: 'Well.' }],
  },
  'audit.run': {
    at: 1,
    took: 2,
    clean: false,
    looked: [{ path: '/data', files: 3, bytes: 4 }],
    found: [{ fragment: 0, file: '/data/x', offset: 5, form: 'text' }],
    left: [{ file: '/data/y', code: 'EACCES' }],
    rehearsed: { state: 'yes', reason: said('It was asked.') },
  },
  'reachability.get': reachability,
  'reachability.test': reachability,
  'reachability.try': reachability,
  'reachability.routerTitle': { title: 'FRITZ!Box 7590' },
  'reachability.log': [{ at: 1, code: 'way.chosen' as const, facts: 'tier=1' }],
  'reachability.report': { text: 'Reachability' },
  'removal.get': { ...removal, walletSat: 50 },
  'removal.run': removal,
  'about.get': {
    version: '0.1.0',
    licence: 'Apache-2.0',
    runtime: { node: '24.0.0', electron: null, chromium: null },
    platform: 'linux x64',
    packages: [{ name: 'zod', version: '4.0.0', licence: 'MIT' }],
  },
  'about.licence': { text: 'Do as you please.' },
};

/** One payload for each push. */
export const payloads: { [N in PushName]: PushPayload<N> } = {
  'node.changed': node,
  'availability.changed': availability,
  'backends.changed': backends,
  'runners.changed': runners,
  'boxes.changed': boxes,
  'rehearsal.changed': rehearsals,
  'work.changed': work,
  'earnings.changed': earnings,
  'networks.changed': networks,
  'reachability.changed': reachability,
  'settings.changed': slice([setting]),
  'desktop.changed': desktop,
  'backup.changed': backup,
};

/** Input that each request accepts. */
export const inputs: { [N in RequestName]?: unknown } = {
  'availability.pause': { for: '1h' },
  'availability.importCalendar': { text: 'BEGIN:VCALENDAR' },
  'backends.load': { backend: 'http://127.0.0.1:11434', model: 'qwen2.5:7b' },
  'backends.unload': { backend: 'http://127.0.0.1:11434', model: 'qwen2.5:7b' },
  'networks.check': { id: 'iicp' },
  'pricing.seen': { network: 'iicp' },
  'networks.ask': { id: 'iicp', name: 'nothing' },
  'networks.rehearse': { id: 'iicp' },
  'networks.identify': { id: 'iicp' },
  'networks.rotateKey': { id: 'iicp' },
  'reachability.try': { on: true },
  'networks.newIdentity': { id: 'iicp' },
  'reachability.report': {},
  'runners.try': { capability: '/examples/hello/v1' },
  'runners.pull': { capability: '/examples/hello/v1' },
  'boxes.logs': { id: 'iicp-lease-1' },
  'boxes.end': { id: 'iicp-lease-1' },
  'boxes.pull': { slug: 'nostr-relay' },
  'boxes.removeImage': { slug: 'nostr-relay' },
  'rehearsal.run': {},
  'work.list': {},
  'work.count': {},
  'work.endLease': { id: 1 },
  'work.detail': { id: 1 },
  'networks.history': { id: 'iicp' },
  'earnings.series': { by: 'day' },
  'earnings.net': { from: 0, to: 86_400_000 },
  'earnings.dayCard': { at: 1 },
  'earnings.rows': {},
  'earnings.check': {},
  'wallet.make': {},
  'wallet.mint': { url: 'https://mint.example.com' },
  'wallet.trust': { url: 'https://mint.example.com' },
  'wallet.distrust': { url: 'https://mint.example.com' },
  'wallet.look': { token: 'cashuB' },
  'wallet.receive': { token: 'cashuB' },
  'wallet.deposit': { amount: 5, mint: 'https://mint.example.com' },
  'wallet.tokenFee': { amount: 5 },
  'wallet.token': { amount: 5 },
  'wallet.tokenOf': { id: 3 },
  'wallet.offer': { to: 'alice@example.com', amount: 50 },
  'wallet.pay': { offer: 'an-offer' },
  'wallet.move': { amount: 5, from: 'https://mint.example.com', to: 'https://other.example.com' },
  'wallet.retry': { id: 3 },
  'wallet.check': { mint: 'https://mint.example.com' },
  'wallet.restore': { mint: 'https://mint.example.com' },
  'wallet.proveWords': { words: ['one', 'two', 'three'] },
  'wallet.restoreTest': {},
  'wallet.entries': { id: 3 },
  'wallet.history': {},
  'pricing.try': { network: 'iicp' },
  'earnings.export': { format: 'csv', year: 2026 },
  'settings.set': { path: 'node.name', value: 'attic' },
  'desktop.moveKey': { to: 'keychain' },
  'backup.create': { passphrase: 'a long passphrase' },
  'backup.read': { name: file.name, offset: 0 },
  'backup.receive': { bytes: 3 },
  'backup.write': { name: file.name, offset: 0, data: 'AAAA' },
  'backup.discard': { name: file.name },
  'backup.inspect': { name: file.name, passphrase: 'a long passphrase' },
  'backup.test': { name: file.name, passphrase: 'a long passphrase' },
  'backup.restore': { name: file.name, passphrase: 'a long passphrase', confirm: 'replace what is here' },
  'diagnostics.get': {},
  'audit.run': { fragments: ['a secret wish'] },
  'removal.run': { confirm: 'remove everything' },
  'about.licence': { name: 'zod', version: '4.0.0' },
};

export const SECRET = 'sk-do-not-show-me';

/** A copy with a member that is not in the contract in every object, however deep. The values of a sentence have names of their own. */
export function plant<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item) => plant<unknown>(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, key === 'values' ? inner : plant<unknown>(inner)]);
  return { ...Object.fromEntries(entries), apiKey: SECRET } as T;
}

/** Answers every request from the table above, with the secret planted, and remembers what it was asked. */
export function plantedEngine(): Engine & { readonly asked: { name: RequestName; input: unknown }[] } {
  const asked: { name: RequestName; input: unknown }[] = [];
  return {
    asked,
    async handle(name, input) {
      asked.push({ name, input });
      return plant(answers[name]);
    },
  };
}
