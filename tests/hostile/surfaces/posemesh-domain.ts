// A domain server of posemesh that may be anybody's: what it hands out is written to the disk, and results are stored as it says.
import type { Attack, Surface } from '../attack.ts';
import type { Attacker } from '../attacker.ts';
import { MIB, nested, values } from '../bytes.ts';
import { type ChildTarget, childStage } from '../child-stage.ts';
import { bait, dribbling, type Heard, headOf, liar, pouring, saying } from '../posemesh-servers.ts';

const FORM = { 'Content-Type': 'multipart/form-data; boundary=b' };
const MS = 1000;

type Saying = Parameters<typeof liar>[1];
type Says = (attacker: Attacker) => Saying;
type What = 'load' | 'read' | 'store';

async function ask(
  to: ChildTarget,
  attacker: Attacker,
  what: What,
  say: Saying,
  cids?: readonly string[],
): Promise<void> {
  const server = await liar(attacker, say);
  const asked = { url: server.url, ms: MS, folder: to.folder, what, ...(cids && { cids }) };
  for (const each of await to.do('posemeshDomain', asked)) attacker.met(each);
  server.close();
}

const ALWAYS = ['leaked', 'went elsewhere', 'outside', 'a name too long'];

function attack(what: What, more: Omit<Attack<ChildTarget>, 'run'>, says: readonly Says[]): Attack<ChildTarget> {
  return {
    ...more,
    meets: [...(more.meets ?? []), 'nothing left'],
    avoids: [...(more.avoids ?? []), ...ALWAYS],
    async run(to, attacker) {
      await attacker.crowd(3, async (number) => {
        for (const [at, say] of says.entries()) {
          if (!attacker.over && at % 3 === number) await ask(to, attacker, what, say(attacker));
        }
      });
    },
  };
}

const part = (name: string, type = 'json', data = 'x') =>
  `--b\r\nContent-Disposition: form-data; id=1; name="${name}"; data-type="${type}"\r\n\r\n${data}\r\n`;
const form =
  (text: string): Says =>
  (attacker) =>
    saying(attacker, text, FORM);
const NAMES = [
  '../../../../etc/passwd',
  '..',
  '/etc/passwd',
  'C:\\\\Windows\\\\x',
  'CON',
  'nul.txt',
  '',
  '.',
  'n'.repeat(4096),
  'same',
  'SAME',
  'same',
  'a\u0000b',
  '\u202egpj',
  '-rf',
];

/** How an upload in parts is begun, and every part taken by this. */
const taking =
  (begun: unknown, receipt: unknown): Says =>
  (attacker) =>
  ({ method, path, text }: Heard, socket) => {
    const answer = method === 'GET' ? { data: [] } : path.endsWith('uploads') ? begun : receipt;
    saying(attacker, answer)({ method, path, text }, socket);
  };

export const posemeshDomain: Surface<ChildTarget> = {
  name: 'posemesh domain server',
  stage: () =>
    childStage(async (to, bytes) => {
      const { Attacker: Host } = await import('../attacker.ts');
      const host = new Host(new AbortController().signal);
      const data = 'x'.repeat(Math.min(bytes, 16 * MIB));
      await ask(to, host, 'load', form(`${part('scan', 'json', data)}--b--`)(host));
      host.leave();
    }),
  attacks: [
    attack(
      'load',
      {
        name: 'names that lead elsewhere, name devices, or are one another’s',
        exercises: ['posemesh servers: nameBytes'],
        meets: ['done', 'inside'],
      },
      [form(`${NAMES.map((name) => part(name, name.slice(0, 100))).join('')}--b--`)],
    ),
    attack(
      'load',
      {
        name: 'downloads without a boundary, with headers without end, of parts without end',
        exercises: ['posemesh servers: preambleBytes', 'posemesh servers: headerBytes', 'posemesh servers: parts'],
        meets: ['posemesh.domain-garbled'],
        avoids: ['done'],
      },
      [
        (attacker) => pouring(attacker, headOf(200, FORM), Buffer.alloc(MIB, 'x')),
        (attacker) => pouring(attacker, `${headOf(200, FORM)}--b\r\n`, `x-head: ${'x'.repeat(1000)}\r\n`),
        (attacker) => pouring(attacker, headOf(200, FORM), part('a', 'b', '')),
        form(`${part('a')}`),
        form('--b\r\nx: y\r\n\r\nwithout a name\r\n--b--'),
        (attacker) => saying(attacker, 'x', { 'Content-Type': 'text/html' }),
        (attacker) => saying(attacker, 'x', { 'Content-Type': `multipart/form-data; boundary=${'b'.repeat(300)}` }),
        (attacker) => saying(attacker, Buffer.from('1f8b08', 'hex'), { ...FORM, 'Content-Encoding': 'gzip' }),
      ],
    ),
    attack(
      'load',
      {
        name: 'more data than a job may take of the disk',
        meets: ['posemesh.disk-limit'],
        avoids: ['done'],
      },
      [(attacker) => pouring(attacker, `${headOf(200, FORM)}${part('a').slice(0, -2)}`, Buffer.alloc(MIB, 'x'))],
    ),
    attack(
      'read',
      {
        name: 'more data than a runner may have in memory',
        exercises: ['posemesh servers: inMemoryBytes'],
        meets: ['posemesh.disk-limit'],
        avoids: ['done'],
      },
      [(attacker) => pouring(attacker, `${headOf(200, FORM)}${part('a').slice(0, -2)}`, Buffer.alloc(MIB, 'x'))],
    ),
    attack(
      'load',
      {
        name: 'lists without end, deep ones, and heads without end',
        exercises: ['posemesh servers: domainReplyBytes', 'posemesh servers: idCharacters'],
        meets: ['posemesh.domain-garbled', 'posemesh.domain-unreachable'],
        avoids: ['done'],
      },
      [
        (attacker) => pouring(attacker, headOf(200, { 'Content-Type': 'application/json' })),
        (attacker) => saying(attacker, `{"data":${nested(100_000)}}`),
        (attacker) => saying(attacker, `{"data":${values(MIB)}}`),
        (attacker) => saying(attacker, { data: [{ id: 'x'.repeat(5000) }] }),
        (attacker) => saying(attacker, { data: [{ id: '../../..', name: {} }] }),
        (attacker) => pouring(attacker, 'HTTP/1.1 200 OK\r\n', `X-Head: ${'x'.repeat(1000)}\r\n`),
        () => (_, socket) => void socket.write(headOf(200, FORM)),
      ],
    ),
    attack(
      'store',
      {
        name: 'uploads in parts that are too large, too many, or never taken',
        exercises: ['posemesh servers: partBytes', 'posemesh servers: uploadParts'],
        meets: ['posemesh.domain-garbled'],
        avoids: ['done'],
      },
      [
        taking({ upload_id: 'u', part_size: 2 ** 40 }, {}),
        taking({ upload_id: 'u', part_size: 1 }, { etag: 'e' }),
        taking({ upload_id: 'u', part_size: -5 }, {}),
        taking({ upload_id: 'u'.repeat(5000), part_size: MIB }, {}),
        taking({ upload_id: '../../u?x=y', part_size: MIB }, { etag: 'e'.repeat(5000) }),
        taking({ upload_id: 'u', part_size: MIB }, nested(50_000)),
        (attacker) => pouring(attacker, headOf(200)),
      ],
    ),
    {
      name: 'inputs at other servers, redirects, and the token in an echo',
      meets: ['posemesh.input-foreign-origin', 'posemesh.domain-refused', 'nothing left'],
      avoids: [...ALWAYS, 'done'],
      async run(to, attacker) {
        const other = await bait(attacker);
        await attacker.crowd(2, async () => {
          const foreign = [`${other.url}/x`, `//127.0.0.1:${new URL(other.url).port}/x`];
          for (const cid of foreign) await ask(to, attacker, 'load', saying(attacker, {}), [cid]);
          await ask(to, attacker, 'load', saying(attacker, '', { Location: `${other.url}/x` }, 302));
          await ask(to, attacker, 'store', saying(attacker, '', { Location: `${other.url}/x` }, 307));
          await ask(to, attacker, 'load', (heard, socket) =>
            saying(attacker, { error: heard.text }, {}, 403)(heard, socket),
          );
        });
        other.close();
      },
    },
    {
      // It ends with the attack: a transfer is given up when nothing comes for a minute.
      name: 'answers that dribble without an end',
      avoids: [...ALWAYS, 'done'],
      async run(to, attacker) {
        const list = headOf(200, { 'Content-Type': 'application/json', 'Content-Length': 100_000 });
        await attacker.crowd(3, () => ask(to, attacker, 'load', dribbling(list)));
      },
    },
  ],
};
