// Encrypted volumes: what the program that runs as root is told and does, and boxes of a real Podman that keep their data on them.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { BoxSpec } from '../../../../src-main/backends/workloads/backend.ts';
import { HelperFailed, VolumeHelper } from '../../../../src-main/backends/workloads/volumes/helper.ts';
import { Volumes } from '../../../../src-main/backends/workloads/volumes/volumes.ts';
import { boxesAt, dockerAt } from '../../../support/boxes.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { IMAGE, type Podman, startPodman } from '../../../support/podman.ts';
import { type StandIn, standIn } from '../../../support/volume-helper.ts';
import { until } from '../../../support/wait.ts';

const never = new AbortController().signal;
const stand = standIn();
const reason = 'reason' in stand ? stand.reason : undefined;
if (reason !== undefined) console.warn(`SKIPPED: encrypted volumes were not tried: ${reason}`);
const { volumes, helper, root, called, restart, failAt } = stand as StandIn;
afterAll(() => ('remove' in stand ? stand.remove() : undefined));

const key = randomBytes(32);
const wish = { name: 'of-this-test-lease-1', mib: 8, ofRoot: true, key };
const mounts = () =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(root ?? '-'));

describe.skipIf(reason !== undefined)('the program that makes encrypted volumes', () => {
  afterEach(async () => {
    await volumes.destroy(wish.name, never);
    expect([mounts(), existsSync(root) ? readdirSync(root) : []]).toEqual([[], []]);
  });

  it('formats, opens and mounts one by its key, which comes by a pipe alone', async () => {
    called();
    const { path, device } = await volumes.create(wish, never);
    const file = join(root, `${wish.name}.luks`);
    expect(called()).toEqual([
      `luksFormat --batch-mode --type luks2 --cipher aes-xts-plain64 --key-size 512 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --key-file=- ${file} ${key.toString('hex')}`,
      `open --type luks2 --key-file=- ${file} hearth-${wish.name} ${key.toString('hex')}`,
    ]);
    expect([path, device]).toEqual([join(root, wish.name, 'data'), await volumes.deviceOf(wish.name)]);
    expect(readdirSync(path)).toEqual([]);
    const modes = execFileSync('stat', ['-c', '%a %u', root, file, join(root, wish.name), path], { encoding: 'utf8' });
    expect(modes.trim().split('\n')).toEqual(['755 0', '600 0', '700 0', '755 0']);
    expect(mounts()[0]).toMatch(/nosuid,nodev,noatime/);
    called();
    await volumes.destroy(wish.name, never);
    expect(called().map((line) => line.trim())).toEqual([
      `close hearth-${wish.name}`,
      `luksErase --batch-mode ${file}`,
    ]);
  });

  it('makes one anew where one is, and removes as often as it is told', async () => {
    const { path } = await volumes.create(wish, never);
    execFileSync('touch', [join(path, 'of-somebody-else')]);
    await volumes.create(wish, never);
    expect(readdirSync(path)).toEqual([]);
    for (const _ of [1, 2]) await helper.ask(['destroy', wish.name], never);
  });

  it('is removed wherever else it is mounted, and no other one is', async () => {
    const other = { ...wish, name: 'of-this-test-lease-2' };
    const [{ path }, { path: others }] = [await volumes.create(wish, never), await volumes.create(other, never)];
    const [place, othersPlace] = ['a place', 'another'].map((name) => join(temporaryFolder(), name)) as [
      string,
      string,
    ];
    for (const [from, at] of [
      [path, place],
      [others, othersPlace],
    ] as const) {
      mkdirSync(at);
      execFileSync('mount', ['--bind', from, at]);
    }
    await volumes.destroy(wish.name, never);
    writeFileSync(join(othersPlace, 'file'), 'of another');
    expect([existsSync(join(others, 'file')), await volumes.isOpen(other.name)]).toEqual([true, true]);
    const isMounted = (at: string) => readFileSync('/proc/mounts', 'utf8').includes(at.replace(' ', '\\040'));
    expect([isMounted(place), isMounted(othersPlace)]).toEqual([false, true]);
    await volumes.destroy(other.name, never);
    expect(isMounted(othersPlace)).toBe(false);
  });

  it.each(['cryptsetup', 'mkfs.ext4'])('leaves nothing where %s fails, and says what it said', async (program) => {
    failAt(program);
    const failed = await volumes.create(wish, never).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(HelperFailed);
    expect((failed as Error).message).toBe(`${program}: no`);
  });

  it('finds no room without taking any, so that nobody else meanwhile finds the disk full', async () => {
    const { key: _, ...plain } = wish;
    for (const one of [wish, plain]) {
      failAt('fallocate');
      await expect(volumes.create({ ...one, mib: 9_000_000 }, never)).rejects.toThrow(/No space/);
      await expect(volumes.create(one, never)).rejects.toThrow('fallocate: no');
    }
  });

  it('makes a plain one without a key, which it opens again as often as it is told', async () => {
    const { key: _, ...plain } = wish;
    called();
    const { path, device } = await volumes.create(plain, never);
    expect([called(), await volumes.isPlain(wish.name), await volumes.names()]).toEqual([[], true, [wish.name]]);
    expect([path, device]).toEqual([join(root, wish.name, 'data'), await volumes.deviceOf(wish.name)]);
    expect(mounts()[0]).toMatch(/nosuid,nodev,noatime/);
    writeFileSync(join(path, 'it'), 'mine');
    restart();
    expect(await volumes.isOpen(wish.name)).toBe(false);
    for (const _ of [1, 2]) expect((await volumes.open(wish.name, never)).path).toBe(path);
    expect(readFileSync(join(path, 'it'), 'utf8')).toBe('mine');
    expect(mounts().length).toBe(1);
    await volumes.create(plain, never);
    expect(readdirSync(path)).toEqual([]);
  });

  it('opens no encrypted one without its key, and none that is not there', async () => {
    await volumes.create(wish, never);
    expect(await volumes.isPlain(wish.name)).toBe(false);
    for (const name of [wish.name, 'nothing']) {
      await expect(volumes.open(name, never)).rejects.toThrow('there is no such volume');
    }
  });

  it('leaves nothing of a plain one that could not be made', async () => {
    const { key: _, ...plain } = wish;
    failAt('mkfs.ext4');
    await expect(volumes.create(plain, never)).rejects.toThrow('mkfs.ext4: no');
  });

  it('closes what an earlier run has left open', async () => {
    await volumes.create(wish, never);
    helper.close();
    expect([await volumes.isOpen(wish.name), await volumes.names()]).toEqual([true, [wish.name]]);
  });

  const good = key.toString('base64');
  it.each([
    ['a verb of its own', ['remove', 'a']],
    ['a path', ['create', '../../etc', '8', 'root', good]],
    ['a path to destroy', ['destroy', '../etc']],
    ['an option', ['create', '-f', '8', 'root', good]],
    ['capital letters', ['create', 'A', '8', 'root', good]],
    ['a name that is long', ['create', 'a'.repeat(81), '8', 'root', good]],
    ['a size of nothing', ['create', 'a', '0', 'root', good]],
    ['a sum', ['create', 'a', '8+8', 'root', good]],
    ['a size in words', ['create', 'a', '$(id)', 'root', good]],
    ['another owner', ['create', 'a', '8', '1000', good]],
    ['half a key', ['create', 'a', '8', 'root', good.slice(0, 20)]],
    ['a key that is none', ['create', 'a', '8', 'root', `${good.slice(0, 42)};=`]],
    ['one word more', ['create', 'a', '8', 'root', good, 'more']],
    ['one word more to destroy', ['destroy', 'a', 'b']],
    ['a command', ['destroy', 'a;id']],
    ['a plain one with a key', ['plain', 'a', '8', 'root', good]],
    ['a plain one of another owner', ['plain', 'a', '8', '1000']],
    ['a path to open', ['open', '../etc']],
    ['one word more to open', ['open', 'a', 'b']],
    ['nothing', ['']],
  ])('takes %s for no request', async (_, words) => {
    called();
    await expect(helper.ask(words, never)).rejects.toThrow('not a request');
    expect(called()).toEqual([]);
  });
});

describe('a volume where no helper can be started', () => {
  it.each([
    ['there is none', []],
    ['it ends at once', [{ command: ['/bin/false'] as const, patienceMs: 5000 }]],
    ['it is another program', [{ command: ['/bin/echo', 'hello'] as const, patienceMs: 5000 }]],
  ])('is not made: %s', async (_, commands) => {
    const none = new Volumes(new VolumeHelper({ commands: () => commands }), '/nonexistent');
    await expect(none.create(wish, never)).rejects.toBeInstanceOf(HelperFailed);
    await none.destroy(wish.name, never);
  });
});

describe('a helper that is refused', () => {
  it('is not started again before its owner asks for it', async () => {
    const folder = temporaryFolder();
    const starts = join(folder, 'starts');
    const refusing = ['/bin/sh', '-c', `echo >>${starts}; exit 126`] as const;
    const refused = new VolumeHelper({ commands: () => [{ command: refusing, patienceMs: 5000 }] });
    const times = () => readFileSync(starts, 'utf8').length;
    for (const _ of [1, 2, 3]) {
      await expect(refused.ask(['destroy', 'a'], never)).rejects.toThrow('/bin/sh: ended with 126');
    }
    expect(times()).toBe(1);
    refused.askAgain();
    await expect(refused.ask(['destroy', 'a'], never)).rejects.toBeInstanceOf(HelperFailed);
    expect(times()).toBe(2);
  });

  it('goes on being asked for where who wanted it has left, in one window', async () => {
    const folder = temporaryFolder();
    const [starts, typed] = [join(folder, 'starts'), join(folder, 'typed')];
    writeFileSync(starts, '');
    const script = `echo >>${starts}; while [ ! -e ${typed} ]; do sleep 0.05; done; echo hearth-volumes 1; read -r words; echo ok "$words"`;
    const asking = new VolumeHelper({ commands: () => [{ command: ['/bin/sh', '-c', script], patienceMs: 60_000 }] });
    const left = new AbortController();
    const first = asking.ask(['one'], left.signal);
    await until('the window', () => readFileSync(starts, 'utf8') !== '');
    left.abort(new Error('left'));
    await expect(first).rejects.toThrow('left');
    const second = asking.ask(['two'], never);
    writeFileSync(typed, '');
    expect([await second, readFileSync(starts, 'utf8')]).toEqual([['two'], '\n']);
    asking.close();
  });
});

const started = reason === undefined ? await startPodman() : { reason };
if ('reason' in started) console.warn(`SKIPPED: no box kept its data on an encrypted volume: ${started.reason}`);

describe.skipIf('reason' in started)('a box with an encrypted volume', async () => {
  const podman = started as Podman;
  afterAll(() => podman.stop());
  const at = 'reason' in started ? undefined : await boxesAt(podman.host);
  const backend = () => at!(undefined, undefined, undefined, undefined, volumes);
  const spec = async (text: string): Promise<BoxSpec> => ({
    id: 'lease-1',
    image: (await dockerAt(podman.host).getImage(IMAGE).inspect()).Id,
    command: ['/bin/sh', '-c', text],
    env: {},
    cpuMillicores: 500,
    memoryMiB: 32,
    diskMiB: 8,
    pids: 32,
    ports: [],
    network: 'none',
    dataPath: '/data',
    encrypted: true,
    readOnlyRoot: true,
  });
  const forever = 'trap "exit 0" TERM; while :; do sleep 0.1; done';

  afterEach(async () => {
    await backend().sweep(new Set(), never);
    expect([podman.names(), podman.volumes(), mounts(), readdirSync(root)]).toEqual([[], [], [], []]);
  });

  it('that can’t be removed is left, and every other one goes', async () => {
    await backend().create(await spec(forever), never, key);
    const { encrypted: _, ...plain } = await spec(forever);
    await backend().create({ ...plain, id: 'lease-2' }, never);
    const commands = () => [{ command: ['/bin/false'] as const, patienceMs: 5000 }];
    const refused = new Volumes(new VolumeHelper({ commands }), root);
    const { gone, left } = await at!(undefined, undefined, undefined, undefined, refused).sweep(new Set(), never);
    expect([gone, left.map(({ id }) => id)]).toEqual([['lease-2'], ['lease-1']]);
    expect((await backend().sweep(new Set(), never)).gone).toEqual(['lease-1']);
  });

  it('is offered once one was seen to keep its data there', async () => {
    expect((await backend().probe(never)).encryption).toEqual({ works: true });
  });

  it('keeps what it wrote where nobody saw its end, and needs no key to be made anew', async () => {
    const boxes = backend();
    const made = await spec(forever);
    await boxes.create(made, never, key);
    await boxes.start(made.id, never);
    const run = async (text: string) => await boxes.exec(made.id, ['/bin/sh', '-c', text], never);
    expect((await run('echo mine >/data/it')).exitCode).toBe(0);
    await podman.endUnseen(`hearth-${wish.name}`);
    expect(await boxes.status(made.id, never)).toBe('stopped');
    await boxes.create(made, never);
    await boxes.start(made.id, never);
    expect((await run('cat /data/it')).output).toBe('mine\n');
  });

  it('keeps what it writes over a stop, writes no more than was sold, and takes disk and no memory for it', async () => {
    const boxes = backend();
    const made = await spec(forever);
    const needs = await boxes.needs(made);
    expect([needs.memoryMiB, needs.diskMiB]).toEqual([32, 8 + 16]);
    await boxes.create(made, never, key);
    await boxes.start(made.id, never);
    const run = async (text: string) => await boxes.exec(made.id, ['/bin/sh', '-c', text], never);
    expect((await run('echo mine >/data/it && id -u')).exitCode).toBe(0);
    const full = await run('dd if=/dev/zero of=/data/much bs=1M count=20; ls -s /data/much');
    expect(full.output).toMatch(/No space left/);
    expect((await run('rm /data/much')).exitCode).toBe(0);
    await boxes.stop(made.id, never);
    await boxes.start(made.id, never);
    expect((await run('cat /data/it')).output).toBe('mine\n');
    expect(readFileSync(join(volumes.pathOf(`of-this-test-${made.id}`), 'it'), 'utf8')).toBe('mine\n');
    await boxes.remove(made.id, never);
    expect(await boxes.status(made.id, never)).toBe('absent');
  });

  it('is lost when the computer was restarted, and says so', async () => {
    const boxes = backend();
    const made = await spec(forever);
    await boxes.create(made, never, key);
    await boxes.start(made.id, never);
    await boxes.stop(made.id, never);
    restart();
    await expect(boxes.start(made.id, never)).rejects.toMatchObject({ code: 'workloads.volume-locked' });
    expect(await boxes.adopt(made, never)).toBe('stopped');
    await boxes.remove(made.id, never);
    await expect(boxes.create(made, never)).rejects.toMatchObject({ code: 'workloads.volume-locked' });
  });

  it('is not made where no volume can be, and leaves nothing', async () => {
    const made = await spec(forever);
    failAt('cryptsetup');
    await expect(backend().create(made, never, key)).rejects.toMatchObject({ code: 'workloads.no-encryption' });
    await expect(at!().create(made, never, key)).rejects.toMatchObject({ code: 'workloads.no-encryption' });
    const { encrypted: _, ...open } = made;
    await expect(backend().create({ ...open, encrypted: true, dataPath: null }, never, key)).rejects.toMatchObject({
      code: 'workloads.box-invalid',
    });
  });

  it('leaves its key in none of what the engine keeps', async () => {
    const boxes = backend();
    const made = await spec(forever);
    await boxes.create(made, never, key);
    const docker = dockerAt(podman.host);
    const kept = JSON.stringify([
      await docker.getContainer(`hearth-of-this-test-${made.id}`).inspect(),
      await docker.getVolume(`hearth-of-this-test-${made.id}.data`).inspect(),
    ]);
    for (const form of ['hex', 'base64', 'base64url'] as const) expect(kept).not.toContain(key.toString(form));
  });
});

describe.skipIf('reason' in started || reason !== undefined)('a box with a volume of its size', async () => {
  const podman = 'reason' in started ? undefined : await startPodman();
  const real = podman as Podman;
  afterAll(() => real?.stop());
  const at = podman === undefined || 'reason' in podman ? undefined : await boxesAt(podman.host);
  const backend = () => at!(undefined, undefined, undefined, undefined, volumes, true);
  const spec = async (): Promise<BoxSpec> => ({
    id: 'lease-1',
    image: (await dockerAt(real.host).getImage(IMAGE).inspect()).Id,
    command: ['/bin/sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'],
    env: {},
    cpuMillicores: 500,
    memoryMiB: 32,
    diskMiB: 16,
    pids: 32,
    ports: [],
    network: 'none',
    dataPath: '/data',
    readOnlyRoot: true,
  });

  afterEach(async () => {
    await backend().sweep(new Set(), never);
    expect([real.names(), real.volumes(), mounts(), readdirSync(root)]).toEqual([[], [], [], []]);
  });

  it('holds, by what is tried from inside one', async () => {
    const { disk, offered, checks } = await backend().probe(never);
    expect([disk, checks.filter(({ held }) => !held), offered]).toEqual(['volume', [], true]);
  });

  it('takes disk and no memory, and is as it was after a start of the computer', async () => {
    const boxes = backend();
    const made = await spec();
    const { memoryMiB, diskMiB } = await boxes.needs(made);
    expect([memoryMiB, diskMiB]).toEqual([32, 16]);
    await boxes.create(made, never);
    await boxes.start(made.id, never);
    const run = async (text: string) => await boxes.exec(made.id, ['/bin/sh', '-c', text], never);
    expect((await run('echo mine >/data/it')).exitCode).toBe(0);
    expect((await run('dd if=/dev/zero of=/data/much bs=1M count=40; rm /data/much')).output).toMatch(/No space left/);
    await boxes.stop(made.id, never);
    restart();
    await boxes.start(made.id, never);
    expect((await run('cat /data/it')).output).toBe('mine\n');
    await expect(boxes.create({ ...made, id: 'lease-2', readOnlyRoot: false }, never)).rejects.toMatchObject({
      code: 'workloads.needs-quota',
    });
  });

  it('is none where its owner does not allow it, or the program fails: what it writes is in its memory', async () => {
    const without = at!(undefined, undefined, undefined, undefined, volumes);
    expect((await without.needs(await spec())).memoryMiB).toBe(48);
    failAt('mkfs.ext4');
    expect((await backend().needs(await spec())).memoryMiB).toBe(48);
  });
});
