// A backup that somebody else has made or changed, in a process of its own: the owner is talked into opening it.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import fc from 'fast-check';
import { writeSealed } from '../../../src-main/backup/sealed-file.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import type { Surface } from '../attack.ts';
import type { Attacker } from '../attacker.ts';
import { MIB, some } from '../bytes.ts';
import { type ChildTarget, childStage } from '../child-stage.ts';

const PASSPHRASE = 'what the owner was told';
const QUICK = { N: 2 ** 15, r: 1, p: 1 };

/** A head like any other, whose sum is right, over a body of nothing much. `cost`: log2 N, r and p. */
function headed(cost: readonly [number, number, number], body = randomBytes(4096)): Buffer {
  const head = Buffer.alloc(84);
  head.write('HEARTHBK');
  head.set([1, ...cost], 8);
  head.set(randomBytes(32), 12);
  head.writeBigUInt64BE(1n, 44);
  head.writeBigUInt64BE(BigInt(body.length), 52);
  head.set(createHash('sha256').update(head.subarray(0, 76)).digest().subarray(0, 8), 76);
  return Buffer.concat([head, body]);
}

/** Sealed under the passphrase that comes with it, so that all of it is proven: `plain` is what is compressed. */
async function sealed(file: string, plain: () => Iterable<Buffer>): Promise<void> {
  const handle = await open(file, 'w');
  await pipeline(plain, createGzip(), (compressed: AsyncIterable<Buffer>) =>
    writeSealed({ random: systemRandom }, handle, { passphrase: PASSPHRASE, madeAt: 1, cost: QUICK }, compressed).then(
      () => {},
    ),
  );
  await handle.close();
}

function length(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const FACTS = { identities: [], ledger: [], tasks: 0, settings: 0, secrets: 0, madeAt: 1, version: '0.1.0', node: '' };
function description(databaseBytes: number, more: object = {}): Buffer {
  const text = JSON.stringify({ format: 1, facts: FACTS, dataKey: 'a'.repeat(43), databaseBytes, ...more });
  return Buffer.concat([length(Buffer.byteLength(text)), Buffer.from(text)]);
}

const zeros = Buffer.alloc(MIB);
function* endless(begin: Buffer): Generator<Buffer> {
  yield begin;
  for (let mib = 0; mib < 300; mib += 1) yield zeros;
}

const FILES: Readonly<Record<string, () => Iterable<Buffer>>> = {
  'more than it says': () => endless(description(4096)),
  'a description without end': () => endless(length(0xffff_fff0)),
  'a description of 4 MiB that means nothing': () => endless(length(4 * MIB)),
  'a database that is said to be huge': () => [description(Number.MAX_SAFE_INTEGER), zeros],
  'facts by the million': () => [
    description(1, { facts: { ...FACTS, identities: Array.from({ length: 200_000 }, () => ({})) } }),
  ],
  'no description': () => [Buffer.from('x')],
};

async function restore(to: ChildTarget, attacker: Attacker, file: string, passphrase = PASSPHRASE): Promise<void> {
  await to.do('restore', { file, passphrase, folder: to.folder }).then(
    () => attacker.met('restored'),
    (error: Error) => attacker.met(error.message),
  );
}

export const backups: Surface<ChildTarget> = {
  name: 'backup files',
  stage: () =>
    childStage(async (to) => {
      const file = join(to.folder, 'honest');
      if (!existsSync(file)) await sealed(file, () => [description(MIB), zeros]);
      await to.do('restore', { file, passphrase: PASSPHRASE, folder: to.folder });
    }),
  attacks: [
    {
      name: 'heads that ask for gigabytes and minutes of scrypt',
      exercises: [
        'files under a passphrase: kdfMemory',
        'files under a passphrase: kdfRounds',
        'files under a passphrase: kdfsAtOnce',
      ],
      meets: ['backup.damaged'],
      avoids: ['restored'],
      run: (to, attacker) => {
        const costs = [
          [20, 16, 4],
          [20, 16, 1],
          [20, 8, 1],
          [255, 255, 255],
          [0, 0, 0],
          [15, 0, 1],
        ] as const;
        return attacker.crowd(1, async () => {
          for (const [at, cost] of costs.entries()) {
            if (attacker.over) return;
            const file = join(to.folder, `head-${at}`);
            writeFileSync(file, headed(cost));
            attacker.count(4180);
            await restore(to, attacker, file);
          }
        });
      },
    },
    {
      name: 'files that become more than they are',
      exercises: [
        'backup files: description',
        'backup files: database',
        'backup files: expansion',
        'backup files: small',
      ],
      meets: ['backup.damaged'],
      avoids: ['restored'],
      run: async (to, attacker) => {
        for (const [name, plain] of Object.entries(FILES)) {
          const file = join(to.folder, `bomb ${name}`);
          if (!existsSync(file)) await sealed(file, plain);
          attacker.count((await readFile(file)).length);
          await restore(to, attacker, file);
        }
      },
    },
    {
      name: 'files with bytes changed, cut off and doubled',
      avoids: ['restored'],
      run: async (to, attacker) => {
        const whole = join(to.folder, 'whole');
        if (!existsSync(whole)) await sealed(whole, () => [description(MIB), zeros]);
        const bytes = await readFile(whole);
        const changes = fc.tuple(fc.nat(2), fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }));
        const file = join(to.folder, 'changed');
        for (const [how, at, by] of some(changes, 200, attacker.seed)) {
          if (attacker.over) return;
          const changed = Buffer.from(bytes);
          changed[at]! ^= by;
          writeFileSync(
            file,
            how === 0 ? bytes.subarray(0, at) : how === 1 ? changed : Buffer.concat([bytes, changed]),
          );
          attacker.count(bytes.length);
          await restore(to, attacker, file);
        }
      },
    },
    {
      name: 'names that lead out of the folder',
      meets: ['nothing taken'],
      run: async (to, attacker) => {
        const outside = join(to.folder, 'outside.hearth-backup');
        mkdirSync(join(to.folder, 'backups'), { recursive: true });
        writeFileSync(outside, 'not yours');
        const names = [
          '../outside.hearth-backup',
          outside,
          'a/../../outside.hearth-backup',
          '..\\outside.hearth-backup',
          'x\0.hearth-backup',
          '.hearth-backup',
          `${'a'.repeat(5000)}.hearth-backup`,
          '/etc/passwd',
        ];
        const taken = await to.do('backupFiles', { folder: to.folder, names });
        attacker.met(taken.length === 0 && existsSync(outside) ? 'nothing taken' : `taken: ${taken.join()}`);
      },
    },
  ],
};
