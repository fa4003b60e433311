// A manager of posemesh that may be anybody's: what it leases becomes a job on this computer.
import type { Attack, Surface } from '../attack.ts';
import type { Attacker } from '../attacker.ts';
import { MIB, nested, values } from '../bytes.ts';
import { type ChildTarget, childStage } from '../child-stage.ts';
import { bait, dribbling, type Heard, headOf, liar, pouring, saying } from '../posemesh-servers.ts';

const TASK = { id: '11111111-1111-4111-8111-111111111111', capability: '/examples/hello/v1' };
const LEASE = {
  access_token: 'domain-token',
  domain_id: '44444444-4444-4444-8444-444444444444',
  domain_server_url: 'http://127.0.0.1:9',
  task: TASK,
};
const MS = 700;

type Saying = Parameters<typeof liar>[1];
type Says = (attacker: Attacker) => Saying;

async function ask(to: ChildTarget, attacker: Attacker, say: Saying): Promise<void> {
  const server = await liar(attacker, say);
  for (const each of await to.do('posemeshDms', { url: server.url, ms: MS, folder: to.folder })) attacker.met(each);
  server.close();
}

function attack(more: Omit<Attack<ChildTarget>, 'run'>, says: readonly Says[]): Attack<ChildTarget> {
  return {
    ...more,
    avoids: [...(more.avoids ?? []), 'leaked', 'went elsewhere'],
    async run(to, attacker) {
      await attacker.crowd(3, async (number) => {
        for (const [at, say] of says.entries()) {
          if (!attacker.over && at % 3 === number % says.length) await ask(to, attacker, say(attacker));
        }
      });
    },
  };
}

const leasing =
  (lease: object): Says =>
  (attacker) =>
    saying(attacker, lease);
const tasked = (task: object): Says => leasing({ ...LEASE, task: { ...TASK, ...task } });
/** A lease as any, and then this. */
const then =
  (say: Says): Says =>
  (attacker) =>
  (heard: Heard, socket) =>
    (heard.path.endsWith('/tasks') ? saying(attacker, LEASE) : say(attacker))(heard, socket);

const PAST = '2000-01-01T00:00:00Z';
/** In `MS`, with a floor of 250 ms: the first two, and one each quarter of a second; half as many again for a slow end. */
const MOST_BEATS = 8;

export const posemeshDms: Surface<ChildTarget> = {
  name: 'posemesh manager',
  stage: () =>
    childStage(async (to) => {
      const { Attacker: Host } = await import('../attacker.ts');
      const host = new Host(new AbortController().signal);
      await ask(to, host, (_, socket) => void socket.end(headOf(204)));
      host.leave();
    }),
  attacks: [
    attack(
      {
        name: 'answers without end, deep ones, and ends that never come',
        exercises: ['posemesh servers: dmsReplyBytes', 'posemesh servers: jsonValues'],
        meets: ['posemesh.dms-garbled', 'posemesh.dms-unreachable'],
      },
      [
        (attacker) => pouring(attacker, headOf(200)),
        (attacker) => pouring(attacker, 'HTTP/1.1 200 OK\r\n', `X-Head: ${'x'.repeat(1000)}\r\n`),
        () => dribbling(headOf(200, { 'Content-Length': 1000 })),
        (attacker) => saying(attacker, `{"task":${JSON.stringify(TASK)},"x":${nested(5000)}}`),
        (attacker) => saying(attacker, values(MIB)),
        (attacker) => saying(attacker, nested(500_000)),
      ],
    ),
    attack(
      {
        name: 'jobs that are none',
        exercises: [
          'posemesh servers: capabilityCharacters',
          'posemesh servers: inputs',
          'posemesh servers: cidCharacters',
        ],
        meets: ['posemesh.dms-garbled'],
        avoids: ['done', 'cancelled'],
      },
      [
        tasked({ id: '../../tasks' }),
        tasked({ capability: 'x'.repeat(100_000) }),
        tasked({ inputs_cids: Array.from({ length: 5000 }, () => 'x') }),
        tasked({ inputs_cids: ['x'.repeat(100_000)] }),
        leasing({ ...LEASE, domain_server_url: 'file:///etc/passwd' }),
        leasing({ ...LEASE, domain_id: '../../x' }),
        leasing({ ...LEASE, access_token: 'a\r\nx-more: b' }),
        leasing({ ...LEASE, lease_expires_at: 'now' }),
      ],
    ),
    {
      name: 'leases that are always over, and heartbeats that are garbled',
      exercises: ['posemesh servers: heartbeatFloorMs'],
      meets: ['a heartbeat', 'lost', 'nothing left'],
      avoids: ['beaten without a pause', 'leaked'],
      async run(to, attacker) {
        await attacker.crowd(2, async () => {
          let beats = 0;
          await ask(
            to,
            attacker,
            then(() => (heard, socket) => {
              if (heard.path.endsWith('heartbeat')) beats += 1;
              attacker.met(beats > MOST_BEATS ? 'beaten without a pause' : 'a heartbeat');
              saying(attacker, { lease_expires_at: PAST })(heard, socket);
            })(attacker),
          );
          let first = true;
          await ask(
            to,
            attacker,
            then((at) => (heard, socket) => {
              const say = first ? saying(at, {}) : saying(at, nested(100_000));
              first = false;
              say(heard, socket);
            })(attacker),
          );
        });
      },
    },
    {
      name: 'redirects, and the log-in in an echo',
      meets: ['posemesh.dms-refused'],
      avoids: ['leaked', 'went elsewhere'],
      async run(to, attacker) {
        const other = await bait(attacker);
        await attacker.crowd(2, async () => {
          for (const status of [301, 307, 308]) {
            await ask(to, attacker, saying(attacker, '', { Location: `${other.url}/v1/tasks` }, status));
          }
          await ask(to, attacker, ({ text, ...heard }, socket) =>
            saying(attacker, { error: text }, {}, 400)({ ...heard, text }, socket),
          );
        });
        other.close();
      },
    },
  ],
};
