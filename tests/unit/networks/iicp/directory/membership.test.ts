// What a node takes for granted of what it told its directory: which batch of metrics was counted, which models are known there.
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../../src-main/base/logger.ts';
import type { NodeDescriptor, Pulse } from '../../../../../src-main/networks/iicp/descriptor/descriptor.ts';
import { unusable } from '../../../../../src-main/networks/iicp/directory/directory-calls.ts';
import { Membership } from '../../../../../src-main/networks/iicp/directory/membership.ts';
import type { Batch } from '../../../../../src-main/networks/iicp/directory/metrics.ts';
import { DirectoryRefused } from '../../../../../src-main/networks/iicp/errors.ts';
import { Identity } from '../../../../../src-main/networks/iicp/identity/identity.ts';
import { CxKey } from '../../../../../src-main/networks/iicp/tasks/cx.ts';
import { HandClock } from '../../../../support/clock.ts';
import { seededRandom } from '../../../../support/random.ts';

const BEAT_MS = 30_000;
const CHAT = 'urn:iicp:intent:llm:chat:v1';
type Answer = () => { readonly metrics_batch_accepted?: string | null };

/** Rejects when the signal says so. */
function cutOff(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    if (signal.aborted) reject(signal.reason as Error);
  });
}

async function member() {
  const clock = new HandClock();
  const random = seededRandom(1);
  const identity = await Identity.open(
    { random, vault: { get: () => undefined, put: async () => undefined } },
    'http://d',
  );
  let models = ['one'];
  let refused: Error | undefined;
  let homeless = false;
  let slow: Promise<void> | undefined;
  const said: string[] = [];
  const answers: Answer[] = [];
  const batches = { pending: undefined as Batch | undefined, made: 0, accepted: [] as string[], told: [] as unknown[] };
  const descriptor = (): NodeDescriptor => ({
    version: '1',
    nodeId: identity.nodeId,
    cxPublicKey: CxKey.from(Buffer.alloc(32, 1).toString('base64url')).publicKey,
    endpoint: 'http://93.184.216.34:9484',
    native: true,
    reach: { natType: 'unknown' },
    region: 'eu',
    models: models.map((id) => ({ id, tasks: ['llm:chat' as const] })),
    defaultIntent: CHAT,
    maxTokens: 100,
    maxConcurrent: 1,
    tokensPerMinute: 100,
    windows: [],
    backends: ['ollama'],
    operatorHmacKey: '',
    operator: undefined,
    policy: undefined,
    price: undefined,
  });
  const pulse = (): Pulse => ({
    accepting: true,
    active: 0,
    effective: 1,
    maxConcurrent: 1,
    models,
    stability: { state: 'ok', reason: null, retryAfterMs: null },
    price: undefined,
  });
  const membership = new Membership(
    {
      clock,
      random,
      logger: silentLogger,
      identity,
      directory: {
        register: async (_body, signal) => {
          if (refused) throw refused;
          said.push('register');
          await Promise.race([slow, cutOff(signal)]);
          return { token: 'token', hmacKey: 'key' };
        },
        heartbeat: async (body) => {
          const { available, max_concurrent, health_models, metrics_batch_id } = body as Readonly<
            Record<string, unknown>
          >;
          batches.told.push(metrics_batch_id);
          said.push(`beat ${JSON.stringify([available, max_concurrent, health_models])}`);
          return (answers.shift() ?? (() => ({})))();
        },
        deregister: async () => void said.push('deregister'),
        listed: async () => 'listed',
      },
      metrics: {
        next: async () => {
          if (!batches.pending) batches.made += 1;
          batches.pending ??= { id: `batch-${batches.made}`, success: 1, failed: 0, totalMs: 1, full: false };
          return batches.pending;
        },
        accepted: async ({ id }) => {
          batches.accepted.push(id);
          batches.pending = undefined;
        },
      },
      descriptor: () => (homeless ? 'nothing' : descriptor()),
      operatorHmacKey: () => '',
      pulse,
      changed: () => undefined,
      beatFailed: () => undefined,
      journal: { note: () => undefined },
      note: () => undefined,
    },
    { beatMs: BEAT_MS },
  );
  const stop = new AbortController();
  const done = membership.run(stop.signal);
  await clock.turn(1);
  return {
    membership,
    batches,
    said,
    identity,
    /** Registrations are answered only then. */
    slow: (until: Promise<void>) => {
      slow = until;
    },
    homeless: (on: boolean) => {
      homeless = on;
      membership.wake();
    },
    serves: (...ids: string[]) => {
      models = ids;
      membership.wake();
    },
    refuse: (error: Error | undefined) => {
      refused = error;
    },
    beat: async (answer: Answer) => {
      answers.push(answer);
      await clock.turn(BEAT_MS);
    },
    turn: (ms: number) => clock.turn(ms),
    end: async () => {
      stop.abort(new Error('over'));
      await done;
    },
  };
}

const garbled: Answer = () => {
  throw unusable('the directory answered a heartbeat with something else');
};
const away: Answer = () => {
  throw new DirectoryRefused(500, 'HTTP-500', 'away');
};

describe('a batch of metrics', () => {
  it('is told once where the answer makes no sense, for this directory may name no batches', async () => {
    const { beat, batches, membership, end } = await member();
    await beat(garbled);
    expect(batches.accepted).toEqual(['batch-1']);
    expect(membership.view.beatFailure).toMatchObject({ code: 'iicp.directory-garbled' });
    await beat(() => ({}));
    expect(batches.told).toEqual(['batch-1', 'batch-2']);
    await end();
  });

  it('is told again where the directory has named batches before', async () => {
    const { beat, batches, end } = await member();
    await beat(() => ({ metrics_batch_accepted: 'batch-1' }));
    await beat(garbled);
    await beat(() => ({ metrics_batch_accepted: 'batch-2' }));
    expect(batches.told).toEqual(['batch-1', 'batch-2', 'batch-2']);
    expect(batches.accepted).toEqual(['batch-1', 'batch-2']);
    await end();
  });

  it.each<[string, Answer, boolean]>([
    ['its name', () => ({ metrics_batch_accepted: 'batch-1' }), true],
    ['no name', () => ({}), true],
    ['nothing', () => ({ metrics_batch_accepted: null }), true],
    ['another name', () => ({ metrics_batch_accepted: 'batch-0' }), false],
    ['an error', away, false],
  ])('is done with where the answer has %s: %s', async (_what, answer, isDone) => {
    const { beat, batches, end } = await member();
    await beat(answer);
    expect(batches.accepted).toEqual(isDone ? ['batch-1'] : []);
    await end();
  });
});

describe('the models that others read', () => {
  it('are another list when the directory has taken it, by a registration or a beat', async () => {
    const { membership, serves, refuse, turn, beat, end } = await member();
    expect(membership.accepted).toEqual(['one']);
    refuse(new DirectoryRefused(422, 'IICP-E999', 'no'));
    serves('one', 'two');
    await turn(1);
    expect(membership.accepted).toEqual(['one']);
    await beat(away);
    expect(membership.accepted).toEqual(['one']);
    await beat(() => ({}));
    expect(membership.accepted).toEqual(['one', 'two']);
    refuse(undefined);
    serves('three');
    await turn(1);
    expect(membership.accepted).toEqual(['three']);
    await end();
  });
});

const HERE = 'beat [true,1,["one"]]';
const AWAY = 'beat [false,0,[]]';

describe('a node that is away', () => {
  it('says so once when it has lost its address, is silent, and beats as soon as it has it again', async () => {
    const { homeless, said, turn, membership, end } = await member();
    homeless(true);
    await turn(10 * BEAT_MS);
    expect([said, membership.view.registered]).toEqual([['register', AWAY], false]);
    homeless(false);
    await turn(1);
    expect([said, membership.view.registered]).toEqual([['register', AWAY, HERE], true]);
    await end();
  });

  it('says so when it stops for now, once', async () => {
    const { said, membership, homeless, turn, end } = await member();
    homeless(true);
    await turn(1);
    await end();
    await membership.leave('for-now');
    expect(said).toEqual(['register', AWAY]);
  });

  it('gives its place up when it leaves for good, and not otherwise', async () => {
    const { said, membership, homeless, turn, end } = await member();
    homeless(true);
    await turn(1);
    await end();
    await membership.leave('for-good');
    expect(said).toEqual(['register', AWAY, 'deregister']);
  });

  it('says at once how it stands where it is to', async () => {
    const { said, membership, turn, end } = await member();
    membership.beatNow();
    await turn(1);
    expect(said).toEqual(['register', HERE]);
    await end();
  });
});

describe('a registration that is under way when the node stops', () => {
  it('is waited for, for the token comes with its answer', async () => {
    const { slow, serves, said, identity, turn, end } = await member();
    await identity.adopt({ token: 'old', hmacKey: 'key' });
    const answer = Promise.withResolvers<void>();
    slow(answer.promise);
    serves('one', 'two');
    await turn(1);
    expect(said).toEqual(['register', 'register']);
    const ended = end();
    answer.resolve();
    await ended;
    expect(identity.token).toBe('token');
  });
});
