// A discovery service of posemesh that may be anybody's: it is registered at, and logged in by what it asks to be signed.
import type { Attack, Surface } from '../attack.ts';
import type { Attacker } from '../attacker.ts';
import { nested, values } from '../bytes.ts';
import { type ChildTarget, childStage } from '../child-stage.ts';
import { bait, dribbling, headOf, type Liar, liar, pouring, saying } from '../posemesh-servers.ts';

const CHALLENGE = {
  nonce: 'abc12345',
  domain: 'dds.example.com',
  uri: 'https://dds.example.com',
  version: '1',
  chainId: 1,
  issuedAt: '2026-01-01T00:00:00Z',
};
const LATER = '2100-01-01T00:00:00Z';
const MS = 1000;

/** One registration or log-in at what answers so; what came of it is met. */
async function ask(
  to: ChildTarget,
  attacker: Attacker,
  what: 'wallet' | 'callback' | 'log-in',
  say: Parameters<typeof liar>[1],
): Promise<void> {
  const server: Liar = await liar(attacker, say);
  for (const each of await to.do('posemeshDds', { url: server.url, ms: MS, what })) attacker.met(each);
  server.close();
}

type Says = (attacker: Attacker) => Parameters<typeof liar>[1];

function attack(more: Omit<Attack<ChildTarget>, 'run'>, says: readonly Says[]): Attack<ChildTarget> {
  return {
    ...more,
    avoids: [...(more.avoids ?? []), 'leaked', 'went elsewhere', 'logged in'],
    async run(to, attacker) {
      const all = says.flatMap((say) => (['log-in', 'wallet', 'callback'] as const).map((what) => ({ say, what })));
      await attacker.crowd(3, async (number) => {
        for (const [at, { say, what }] of all.entries()) {
          if (!attacker.over && at % 3 === number) await ask(to, attacker, what, say(attacker));
        }
      });
    },
  };
}

/** Honest until a log-in is to be proven. */
const verifying =
  (answer: unknown): Says =>
  (attacker) =>
  (heard, socket) =>
    saying(attacker, heard.path.endsWith('verify') ? answer : CHALLENGE)(heard, socket);

export const posemeshDds: Surface<ChildTarget> = {
  name: 'posemesh discovery service',
  stage: () =>
    childStage(async (to) => {
      const { Attacker: Host } = await import('../attacker.ts');
      const host = new Host(new AbortController().signal);
      await ask(to, host, 'log-in', verifying({ access_token: 'token', access_expires_at: LATER })(host));
      host.leave();
    }),
  attacks: [
    attack(
      {
        name: 'answers and heads without end, and ends that never come',
        exercises: ['posemesh servers: ddsReplyBytes'],
        meets: ['posemesh.dds-garbled', 'posemesh.dds-unreachable'],
      },
      [
        (attacker) => pouring(attacker, headOf(200)),
        (attacker) => pouring(attacker, 'HTTP/1.1 200 OK\r\n', `X-Head: ${'x'.repeat(1000)}\r\n`),
        () => dribbling(headOf(200, { 'Content-Length': 1000 })),
        () => dribbling('HTTP/1.1 100 Continue\r\n\r\n'.repeat(20)),
        () => (_, socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"nonce":"'),
      ],
    ),
    attack(
      {
        name: 'JSON that becomes much more than it is, and packed answers',
        exercises: ['posemesh servers: jsonDepth'],
        meets: ['posemesh.dds-garbled'],
      },
      [
        (attacker) => saying(attacker, nested(30_000)),
        (attacker) => saying(attacker, `{"nonce":${nested(30_000, '{"a":', '}')}}`),
        (attacker) => saying(attacker, values(60_000)),
        (attacker) =>
          saying(attacker, Buffer.from('1f8b08000000000000034b4c4a06', 'hex'), { 'Content-Encoding': 'gzip' }),
      ],
    ),
    attack(
      {
        name: 'texts to be signed that are none',
        exercises: ['posemesh servers: challengeCharacters'],
        meets: ['posemesh.dds-garbled'],
      },
      [
        (attacker) => saying(attacker, { ...CHALLENGE, nonce: 'x'.repeat(2000) }),
        (attacker) => saying(attacker, { ...CHALLENGE, domain: 'a\nURI: https://other.example.com' }),
        (attacker) => saying(attacker, { ...CHALLENGE, chainId: 1e300 }),
        (attacker) => saying(attacker, { ...CHALLENGE, issuedAt: null }),
        (attacker) => saying(attacker, []),
      ],
    ),
    attack(
      {
        name: 'log-ins that are none',
        exercises: ['posemesh servers: tokenCharacters'],
        meets: ['posemesh.dds-garbled'],
      },
      [
        verifying({ access_token: 'x'.repeat(20_000), access_expires_at: LATER }),
        verifying({ access_token: 'a\r\nx-more: b', access_expires_at: LATER }),
        verifying({ access_token: 'token', access_expires_at: 'never' }),
        verifying({ access_token: {}, access_expires_at: LATER }),
      ],
    ),
    {
      name: 'redirects, and the secret in an echo',
      meets: ['posemesh.dds-refused'],
      avoids: ['leaked', 'went elsewhere', 'logged in'],
      async run(to, attacker) {
        const other = await bait(attacker);
        await attacker.crowd(2, async () => {
          for (const what of ['log-in', 'wallet', 'callback'] as const) {
            await ask(to, attacker, what, saying(attacker, '', { Location: `${other.url}/siwe/verify` }, 307));
            await ask(to, attacker, what, ({ path, text }, socket) =>
              path.endsWith('request') && what === 'wallet'
                ? saying(attacker, CHALLENGE)({ method: '', path, text }, socket)
                : saying(attacker, { error: text }, {}, 400)({ method: '', path, text }, socket),
            );
          }
        });
        other.close();
      },
    },
  ],
};
