// The host of updates, which may be anybody's: what it says is fetched and read in a process of its own, with keys of the test's.
import type { Socket } from 'node:net';
import fc from 'fast-check';
import { keysFile, makeFeed, makeReleaseKey } from '../../support/release.ts';
import type { Surface } from '../attack.ts';
import type { Attacker } from '../attacker.ts';
import { MIB, nested, some } from '../bytes.ts';
import { type ChildTarget, childStage } from '../child-stage.ts';

const NAME = 'latest-linux.yml';
const inUse = makeReleaseKey();
const KEYS = keysFile(inUse, makeReleaseKey());
const PACKAGE = 'Hearth.AppImage';
const CONTENT = Buffer.alloc(4 * MIB, 7);
const good = makeFeed(inUse, { files: { [PACKAGE]: CONTENT } });

interface Said {
  readonly feed: string | Buffer;
  readonly signature: string;
  readonly content: Buffer;
}

/** What came of looking there for a new version and fetching it. */
async function update(
  to: ChildTarget,
  attacker: Attacker,
  answer: (path: string, socket: Socket) => void,
): Promise<void> {
  const server = await attacker.listen((socket) => {
    socket.once('data', (head: Buffer) => answer(/^\w+ (\S+)/.exec(head.toString('latin1'))?.[1] ?? '', socket));
  });
  const url = `http://127.0.0.1:${server.port}/${NAME}`;
  await to.do('update', { url, keys: KEYS, folder: to.folder }).then(
    () => attacker.met('taken'),
    (error: Error) => attacker.met(error.message),
  );
  server.close();
}

const saying =
  (attacker: Attacker, { feed, signature, content }: Said) =>
  (path: string, socket: Socket) => {
    const body = path.endsWith('.minisig') ? signature : path.endsWith(NAME) ? feed : content;
    attacker.count(Buffer.byteLength(body));
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`);
    socket.end(body);
  };

const stranger = makeReleaseKey(inUse.id);
const honest = { ...good, feed: good.bytes, content: CONTENT };
const named = (files: Readonly<Record<string, string | Buffer>>) => makeFeed(inUse, { files });
const [many, elsewhere, older] = [
  named(Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`p${at}.exe`, 'x']))),
  named({ '../../evil': CONTENT }),
  makeFeed(inUse, { version: '0.0.1', files: { [PACKAGE]: CONTENT } }),
];
const other = makeFeed(stranger, { files: { [PACKAGE]: CONTENT } });
const huge = Buffer.from(good.bytes.toString().replace(/"size":\d+/, `"size":${2 ** 40}`));

const LIES: Readonly<Record<string, Said>> = {
  'a signature of another key under the same name': { ...honest, feed: other.bytes, signature: other.signature },
  'a good signature over another list': { ...honest, feed: older.bytes },
  'a list changed by one byte': { ...honest, feed: Buffer.from(good.bytes.toString().replace('99.0.0', '98.0.0')) },
  'a package that is another': { ...honest, content: Buffer.alloc(4 * MIB, 8) },
  'a package that is longer': { ...honest, content: Buffer.alloc(8 * MIB, 7) },
  'a package of a terabyte': { ...honest, feed: huge },
  'forty packages': { ...honest, feed: many.bytes, signature: many.signature },
  'a file elsewhere': { ...honest, feed: elsewhere.bytes, signature: elsewhere.signature },
  'a list as deep as it is long': { ...honest, feed: nested(30_000) },
  'a comment without end': { ...honest, signature: good.signature.replace('timestamp', 'a'.repeat(3000)) },
  'no signature': { ...honest, signature: '' },
};

export const updates: Surface<ChildTarget> = {
  name: 'update feed',
  stage: () =>
    childStage(async (to) => {
      const quiet = new AbortController();
      const { Attacker: Host } = await import('../attacker.ts');
      const host = new Host(quiet.signal);
      await update(to, host, saying(host, honest));
      host.leave();
    }),
  attacks: [
    {
      name: 'lists and packages that nobody signed so',
      exercises: ['update host: packages', 'update host: packageBytes', 'update host: comment'],
      meets: ['desktop.update-unsigned', 'desktop.update-not-genuine'],
      avoids: ['taken'],
      async run(to, attacker) {
        for (const said of Object.values(LIES)) if (!attacker.over) await update(to, attacker, saying(attacker, said));
      },
    },
    {
      name: 'signatures with bytes changed',
      avoids: ['taken'],
      async run(to, attacker) {
        const changes = fc.tuple(fc.nat(good.signature.length - 1), fc.integer({ min: 33, max: 126 }));
        for (const [at, code] of some(changes, 200, attacker.seed)) {
          if (attacker.over) return;
          const letter = String.fromCharCode(code);
          if (good.signature[at] === letter || at < good.signature.indexOf('\n')) continue;
          const signature = good.signature.slice(0, at) + letter + good.signature.slice(at + 1);
          await update(to, attacker, saying(attacker, { ...honest, signature }));
        }
      },
    },
    {
      name: 'lists, signatures and packages without end, and redirects',
      exercises: ['update host: feedBytes', 'update host: signatureBytes'],
      meets: ['desktop.update-unsigned', 'desktop.update-not-genuine'],
      avoids: ['taken', 'redirected'],
      async run(to, attacker) {
        const bait = await attacker.listen(() => attacker.met('redirected'));
        const pour = (socket: Socket) => {
          socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n');
          const more = () => {
            if (attacker.over || !socket.writable) return void socket.destroy();
            attacker.count(64 * 1024);
            socket.write(Buffer.alloc(64 * 1024, 7), () => setImmediate(more));
          };
          more();
        };
        const told = saying(attacker, honest);
        await update(to, attacker, (_, socket) => pour(socket));
        await update(to, attacker, (path, socket) => (path.endsWith('.minisig') ? pour(socket) : told(path, socket)));
        await update(to, attacker, (path, socket) => (path.endsWith(PACKAGE) ? pour(socket) : told(path, socket)));
        await update(to, attacker, (_, socket) => {
          socket.end(
            `HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:${bait.port}/${NAME}\r\nContent-Length: 0\r\n\r\n`,
          );
        });
        bait.close();
      },
    },
  ],
};
