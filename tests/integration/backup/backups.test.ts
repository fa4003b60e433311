import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Backups } from '../../../src-main/backup/backups.ts';
import { writeSealed } from '../../../src-main/backup/sealed-file.ts';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { nodeFolder, openThrowAway } from '../../../src-main/engine/node-folder.ts';
import { openState, type State } from '../../../src-main/engine/open-state.ts';
import { Identity } from '../../../src-main/networks/iicp/identity/identity.ts';
import { identitiesIn } from '../../../src-main/networks/manifests.ts';
import { Ledger } from '../../../src-main/payments/ledger.ts';
import { LedgerSums } from '../../../src-main/payments/sums.ts';
import { temporaryFolder } from '../../support/folder.ts';

const own = { clock: systemClock, random: systemRandom };
const PASSPHRASE = 'correct horse battery';

async function* inOne(bytes: Buffer) {
  yield bytes;
}

/** The beginning of what is sealed: the length of a description, and the description. */
function framed(description: unknown): string {
  const text = typeof description === 'string' ? description : JSON.stringify(description);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return length.toString('latin1') + text;
}

interface Node {
  readonly dataDir: string;
  readonly state: State;
  readonly backups: Backups;
  earn(entries: number): Promise<void>;
  /** As the next start of it. */
  again(): Promise<Node>;
}

async function opened(dataDir = temporaryFolder()): Promise<Node> {
  const state = await openState(own, { dataDir, logLevel: 'silent' });
  const backups = new Backups(
    {
      ...own,
      logger: silentLogger,
      here: nodeFolder(state),
      openFolder: (folder) => openThrowAway(own, folder),
    },
    { dataDir, version: '0.1.0', cost: { N: 2 ** 15, r: 1, p: 1 } },
  );
  await backups.start();
  const close = async () => {
    await backups.stop();
    await state.close();
  };
  onTestFinished(close);
  const ledger = new Ledger(state.database.read);
  let booked = ledger.newest();
  return {
    dataDir,
    state,
    backups,
    async earn(entries) {
      const entry = { at: 1, network: 'iicp', unit: 'credit', amountMicro: 1500, kind: 'earned', job: null } as const;
      const writes = Array.from({ length: entries }, () => {
        booked += 1;
        return ledger.book({ ...entry, settledAt: 1, reference: `test/${booked}` });
      });
      await state.database.committer.commit(writes);
    },
    async again() {
      await close();
      return opened(dataDir);
    },
  };
}

/** One that has joined a network, earned and been set up. */
async function lived(): Promise<Node> {
  const node = await opened();
  const { secrets, settings } = node.state;
  const vault = {
    get: (name: string) => secrets.get(name),
    put: (values: Record<string, string>) => secrets.putAll(values),
  };
  await Identity.open({ random: systemRandom, vault }, 'http://directory.test');
  await settings.set('node.name', 'attic');
  await settings.set('networks.iicp.operatorHmacKey', 'a key of my own');
  await node.earn(2000);
  return node;
}

function who({ state }: Node) {
  return {
    identities: identitiesIn(state.secrets),
    sums: new LedgerSums(state.database.read).all(),
    name: state.settings.get('node.name'),
    key: state.settings.get('networks.iicp.operatorHmacKey'),
  };
}

const fileOf = ({ dataDir }: Node, name: string) => join(dataDir, 'backups', name);

/** Every file of a data folder that a backup has to leave alone, but for what is open and changes by itself. */
function contents(dataDir: string): Record<string, string> {
  const names = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter((name) => !/-(wal|shm)$/.test(name));
  const files = names.filter((name) => name !== 'lock' && statSync(join(dataDir, name)).isFile());
  return Object.fromEntries(files.sort().map((name) => [name, readFileSync(join(dataDir, name)).toString('base64')]));
}

describe('a backup', () => {
  it('leaves out when somebody was away, which stays on this computer', async () => {
    const node = await lived();
    const away = { sql: 'INSERT INTO idle_history (half, seen, away, at) VALUES (1, 1, 1, 1)', params: [] };
    await node.state.database.committer.commit([away]);
    const rows = ({ state }: Node) => state.database.read.prepare('SELECT half FROM idle_history').pluck().all();
    const { name } = await node.backups.create(PASSPHRASE);
    expect(rows(node)).toEqual([1]);
    expect((await node.backups.test(fileOf(node, name), PASSPHRASE)).ok).toBe(true);
    await node.backups.restore(fileOf(node, name), PASSPHRASE);
    const restored = await node.again();
    expect([rows(restored), who(restored).name]).toEqual([[], 'attic']);
  });

  it('brings the same node back where everything is gone', async () => {
    const node = await lived();
    const before = who(node);
    const made = await node.backups.create(PASSPHRASE);
    expect(made.facts).toEqual({
      identities: before.identities,
      ledger: [{ network: 'iicp', unit: 'credit', amountMicro: 3_000_000, entries: 2000 }],
      tasks: 0,
      settings: 1,
      secrets: 3,
      madeAt: made.madeAt,
      version: '0.1.0',
      node: 'attic',
    });
    const empty = temporaryFolder();
    mkdirSync(join(empty, 'backups'));
    const copy = join(empty, 'backups', made.name);
    writeFileSync(copy, readFileSync(fileOf(node, made.name)));

    const elsewhere = new Backups(
      { ...own, logger: silentLogger, openFolder: (folder) => openThrowAway(own, folder) },
      { dataDir: empty, version: '0.1.0' },
    );
    const { backup, aside } = await elsewhere.restore(copy, PASSPHRASE);
    expect([backup, aside]).toEqual([made.facts, null]);
    const restored = await opened(empty);
    expect(who(restored)).toEqual(before);
    expect(restored.backups.view()).toMatchObject({
      last: { madeAt: made.madeAt, provenAt: expect.any(Number) },
      restored: { madeAt: made.madeAt, aside: null },
      changedSince: { entries: 0, settings: 0 },
      needed: true,
    });
    expect(readdirSync(empty).sort()).toEqual(expect.arrayContaining(['backups', 'hearth.db', 'keys', 'lock']));
    expect(existsSync(join(empty, 'restoring'))).toBe(false);
  });

  it('takes the place of what is there, which is moved aside and stays usable', async () => {
    const node = await lived();
    const before = who(node);
    const { name } = await node.backups.create(PASSPHRASE);
    await node.earn(5);
    await node.state.settings.set('node.name', 'cellar');
    const later = who(node);
    const { aside } = await node.backups.restore(fileOf(node, name), PASSPHRASE);
    expect(who(node)).toEqual(later);

    const restored = await node.again();
    expect(who(restored)).toEqual(before);
    const moved = await opened(join(restored.dataDir, aside!));
    expect(who(moved)).toEqual(later);
  });

  it('holds one moment of a database that is written to all the while', async () => {
    const node = await lived();
    await node.earn(20_000);
    let stop = false;
    const writing = (async () => {
      while (!stop) await node.earn(50);
    })();
    const made = await node.backups.create(PASSPHRASE);
    stop = true;
    await writing;
    const view = await node.backups.test(fileOf(node, made.name), PASSPHRASE);
    expect(view.checks.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(node.backups.view().changedSince.entries).toBeGreaterThan(0);
  });

  it('leaves nothing but its file, which only its owner can read', async () => {
    const node = await lived();
    const before = Object.keys(contents(node.dataDir));
    const { name } = await node.backups.create(PASSPHRASE);
    expect(Object.keys(contents(node.dataDir)).filter((file) => !before.includes(file))).toEqual([`backups/${name}`]);
    expect(statSync(fileOf(node, name)).mode & 0o777).toBe(0o600);
    const bytes = readFileSync(fileOf(node, name));
    for (const secret of ['a key of my own', 'attic', 'credit', who(node).identities[0]!.nodeId]) {
      expect(bytes.includes(secret), secret).toBe(false);
    }
  });

  it('is one of at most three that are kept', async () => {
    const node = await lived();
    const made: string[] = [];
    for (let count = 0; count < 4; count += 1) made.push((await node.backups.create(PASSPHRASE)).name);
    const { files } = node.backups.view();
    expect(files).toHaveLength(3);
    expect(new Set(files.map(({ name }) => name)).size).toBe(3);
    expect(files.every(({ name }) => made.includes(name))).toBe(true);
  });

  it('is told of in figures while it is made', async () => {
    const node = await lived();
    await node.earn(30_000);
    const seen: number[] = [];
    node.backups.onChange(() => {
      const { busy } = node.backups.view();
      if (busy) seen.push(busy.done);
    });
    await node.backups.create(PASSPHRASE);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(node.backups.view().busy).toBeNull();
  });

  it('is made, tested or put back one at a time, and stops with the node', async () => {
    const node = await lived();
    const first = node.backups.create(PASSPHRASE);
    await expect(node.backups.create(PASSPHRASE)).rejects.toMatchObject({ code: 'backup.busy' });
    const outcome = first.catch((error: { code: string }) => error.code);
    await node.backups.stop();
    expect(await outcome).toBe('backup.stopped');
    expect(readdirSync(join(node.dataDir, 'backups'))).toEqual([]);
  });
});

describe('a file that will not do', () => {
  let node: Node;
  let good: string;
  beforeEach(async () => {
    node = await lived();
    good = fileOf(node, (await node.backups.create(PASSPHRASE)).name);
  });

  function spoilt(change: (bytes: Buffer) => Buffer): string {
    const path = join(temporaryFolder(), 'spoilt.hearth-backup');
    writeFileSync(path, change(readFileSync(good)));
    return path;
  }
  const flipped = (at: number) =>
    spoilt((bytes) => {
      bytes[at < 0 ? bytes.length + at : at]! ^= 1;
      return bytes;
    });

  it('is refused in a plain sentence, and nothing has changed', async () => {
    const before = contents(node.dataDir);
    const tries: [string, string, string][] = [
      ['wrong passphrase', good, 'backup.wrong-passphrase'],
      ['cut', spoilt((bytes) => bytes.subarray(0, bytes.length - 1)), 'backup.cut'],
      ['cut in the middle', spoilt((bytes) => bytes.subarray(0, bytes.length >> 1)), 'backup.cut'],
      ['a bit of the head', flipped(30), 'backup.damaged'],
      ['a bit of the body', flipped(2000), 'backup.damaged'],
      ['the last bit', flipped(-1), 'backup.damaged'],
      [
        'newer',
        spoilt((bytes) => Buffer.concat([bytes.subarray(0, 8), Buffer.of(9), bytes.subarray(10)])),
        'backup.too-new',
      ],
      ['a picture', spoilt(() => Buffer.from('GIF89a and so on')), 'backup.not-a-backup'],
      ['nothing', spoilt(() => Buffer.alloc(0)), 'backup.not-a-backup'],
    ];
    for (const [what, file, code] of tries) {
      const words = what === 'wrong passphrase' ? 'something else' : PASSPHRASE;
      for (const use of ['restore', 'inspect'] as const) {
        const error = (await node.backups[use](file, words).catch((thrown: unknown) => thrown)) as {
          code: string;
          message: string;
        };
        expect([what, error.code]).toEqual([what, code]);
        expect(error.message).toMatch(/^[A-Z].*Nothing was changed\.$/);
        expect(error.message).not.toContain(words);
      }
      const view = await node.backups.test(file, words);
      expect([view.ok, view.checks[0]!.state]).toEqual([false, 'failed']);
    }
    expect(contents(node.dataDir)).toEqual(before);
    expect(who(await node.again()).sums[0]!.entries).toBe(2000);
  }, 60_000);

  it('is refused where it would become more than any node is, however well it is sealed', async () => {
    const before = contents(node.dataDir);
    const facts = {
      identities: [],
      ledger: [],
      tasks: 0,
      settings: 0,
      secrets: 0,
      madeAt: 1,
      version: '0.1.0',
      node: '',
    };
    const described = { format: 1, facts, dataKey: 'A'.repeat(43), databaseBytes: 4096 };
    const tries: [string, string, string][] = [
      ['zeros by the gigabyte', framed({ ...described, databaseBytes: 2 ** 31 }), 'backup.too-large'],
      ['more than it says', framed({ ...described, databaseBytes: 10 }), 'backup.damaged'],
      ['a long description', framed({ ...described, more: 'x'.repeat(100_000) }), 'backup.damaged'],
      ['no JSON', framed('{"format":'), 'backup.damaged'],
      ['deep JSON', framed('['.repeat(60_000)), 'backup.damaged'],
    ];
    for (const [what, plain, code] of tries) {
      const file = join(temporaryFolder(), 'made-to-harm.hearth-backup');
      const to = await open(file, 'wx');
      const cost = { N: 2 ** 15, r: 1, p: 1 };
      const body = gzipSync(Buffer.concat([Buffer.from(plain, 'latin1'), Buffer.alloc(5000)]));
      await writeSealed(own, to, { passphrase: PASSPHRASE, madeAt: 1, cost }, inOne(body));
      await to.close();
      for (const use of ['restore', 'inspect'] as const) {
        const error = (await node.backups[use](file, PASSPHRASE).catch((thrown: unknown) => thrown)) as Error;
        expect([what, (error as Error & { code: string }).code]).toEqual([what, code]);
      }
    }
    expect(contents(node.dataDir)).toEqual(before);
  }, 60_000);

  it('was made by a newer Hearth: its version is named', async () => {
    const { committer } = node.state.database;
    await committer.commit([
      {
        sql: 'INSERT INTO migrations (area, number, name, at) VALUES (?, ?, ?, ?)',
        params: ['tomorrow', 1, 'coins', 1],
      },
    ]);
    const made = await node.backups.create(PASSPHRASE);
    const before = contents(node.dataDir);
    await expect(node.backups.restore(fileOf(node, made.name), PASSPHRASE)).rejects.toMatchObject({
      code: 'backup.too-new-for',
      message: expect.stringContaining('Hearth 0.1.0'),
    });
    expect(contents(node.dataDir)).toEqual(before);
  });
});

describe('a restore test', () => {
  let node: Node;
  let file: string;
  beforeEach(async () => {
    node = await lived();
    file = fileOf(node, (await node.backups.create(PASSPHRASE)).name);
  });
  afterEach(() =>
    expect(readdirSync(join(node.dataDir, 'backups')).every((name) => name.endsWith('-backup'))).toBe(true),
  );

  const states = async () => {
    const view = await node.backups.test(file, PASSPHRASE);
    return Object.fromEntries(view.checks.map(({ name, state }) => [name, state]));
  };

  it('proves identity, keys, ledger and settings, and says when', async () => {
    expect(node.backups.view().last?.provenAt).toBeNull();
    const view = await node.backups.test(file, PASSPHRASE);
    expect([view.ok, new Set(view.checks.map(({ state }) => state))]).toEqual([true, new Set(['ok'])]);
    expect(view.checks.map(({ reason }) => reason.message).join(' ')).toContain(who(node).identities[0]!.nodeId);
    expect(node.backups.view().last?.provenAt).toBeGreaterThan(0);
  });

  it('goes on proving while the node earns and is changed', async () => {
    await node.earn(3);
    await node.state.settings.set('node.name', 'cellar');
    const view = await node.backups.test(file, PASSPHRASE);
    expect(view.ok).toBe(true);
    const says = Object.fromEntries(view.checks.map((check) => [check.name, check.reason.message]));
    expect(says.ledger).toBe('2000 entries in all, with the same sums as here. Earned since: 3.');
    expect(says.settings).toBe('1 setting came back. Changed here since: 1.');
  });

  it('fails for a backup of another node', async () => {
    const other = await lived();
    file = fileOf(other, (await other.backups.create(PASSPHRASE)).name);
    expect(await states()).toMatchObject({ opened: 'ok', identity: 'failed', 'cleaned-up': 'ok' });
    expect(node.backups.view().last?.provenAt).toBeNull();
  });

  it('fails where the ledger here is no longer what it was', async () => {
    node.state.database.read.pragma('query_only = OFF');
    const { committer } = node.state.database;
    await committer.commit([
      { sql: 'DROP TRIGGER ledger_never_changes', params: [] },
      { sql: 'UPDATE ledger SET amount_micro = amount_micro + 1 WHERE id = 2000', params: [] },
    ]);
    expect(await states()).toMatchObject({ identity: 'ok', ledger: 'failed' });
  });
});

describe('pieces of a file', () => {
  it('carry it out of one data folder and into another', async () => {
    const node = await lived();
    await node.state.settings.set('node.name', 'x'.repeat(60));
    const made = await node.backups.create(PASSPHRASE);
    const other = await opened();
    const name = other.backups.files.receive(made.bytes);
    let missing = made.bytes;
    for (let offset: number | null = 0; offset !== null; ) {
      expect(() => other.backups.files.whole(name)).toThrow('not whole yet');
      const piece = node.backups.files.read(made.name, offset);
      missing = other.backups.files.write(name, offset, piece.data);
      offset = piece.next;
    }
    expect(missing).toBe(0);
    const { backup, same } = await other.backups.inspect(other.backups.files.whole(name), PASSPHRASE);
    expect([backup, same]).toEqual([made.facts, false]);
    expect(other.backups.view().files).toEqual([]);
  });

  it('come in order and no more of them than were announced', async () => {
    const { backups, dataDir } = await opened();
    const { files } = backups;
    const name = files.receive(6);
    const abc = Buffer.from('abc').toString('base64');
    for (const [offset, data] of [
      [3, abc],
      [0, Buffer.alloc(7).toString('base64')],
      [0, ''],
    ] as const) {
      expect(() => files.write(name, offset, data)).toThrow(/not the next piece/);
    }
    expect(files.write(name, 0, abc)).toBe(3);
    expect(() => files.write(name, 0, abc)).toThrow(/not the next piece/);
    expect(() => files.write('received-00.hearth-backup', 3, abc)).toThrow(/not the next piece/);
    expect(files.write(name, 3, abc)).toBe(0);
    expect(readFileSync(join(dataDir, 'backups', name), 'utf8')).toBe('abcabc');
    for (const bytes of [2 ** 37, Number.MAX_SAFE_INTEGER]) {
      expect(() => files.receive(bytes)).toThrow(expect.objectContaining({ code: 'backup.too-large' }));
    }
    // Another one takes its place, and what was not used is gone with the next start.
    const next = files.receive(1);
    expect(readdirSync(join(dataDir, 'backups'))).toEqual([next]);
    files.tidy();
    expect(readdirSync(join(dataDir, 'backups'))).toEqual([]);
  });

  it('are of backups only, wherever a name points', async () => {
    const { backups, dataDir } = await opened();
    mkdirSync(join(dataDir, 'backups'), { recursive: true });
    for (const name of [
      '../hearth.db',
      '../keys/data.key',
      'hearth-1-before.db',
      '',
      '..',
      'x/../../keys.hearth-backup',
    ]) {
      expect(() => backups.files.read(name, 0), name).toThrow('no such backup');
      backups.files.discard(name);
    }
    expect(existsSync(join(dataDir, 'hearth.db'))).toBe(true);
  });

  it('say so where the file they are of was cut meanwhile', async () => {
    const node = await lived();
    const made = await node.backups.create(PASSPHRASE);
    truncateSync(fileOf(node, made.name), 100);
    await node.backups.refresh();
    expect(node.backups.view().files).toEqual([]);
    expect(node.backups.files.read(made.name, 200)).toEqual({ data: '', bytes: 100, next: null });
  });
});
