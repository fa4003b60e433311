// Why no relay lets a node in: a relay of the practice network says it in the words of official ones, and the node tells it on.
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../../src-main/base/clock.ts';
import type { Logger } from '../../../../../src-main/base/logger.ts';
import { systemRandom } from '../../../../../src-main/base/random.ts';
import { refusedWith, waiting } from '../../../../../src-main/networks/iicp/relay/rejections.ts';
import { RelayWorker, type RelayWorkerDeps } from '../../../../../src-main/networks/iicp/relay/worker.ts';
import { startRelay } from '../../../../simulators/relay.ts';
import { until } from '../../../../support/wait.ts';

function asking(more: Pick<RelayWorkerDeps, 'find'> & Partial<RelayWorkerDeps>) {
  const lines: { readonly message: string; readonly code: unknown; readonly text: string }[] = [];
  const put = (message: string, facts: Readonly<Record<string, unknown>> = {}) => {
    const { code, message: text = '' } = (facts.error ?? {}) as { code?: string; message?: string };
    lines.push({ message, code, text });
  };
  const logger: Logger = { debug: put, info: put, warn: put, error: put, child: () => logger };
  const self = new RelayWorker(
    {
      clock: systemClock,
      random: systemRandom,
      logger,
      nodeId: 'worker-1',
      wanted: () => true,
      tried() {},
      ticket: async () => undefined,
      offer: () => ({ intent: 'urn:iicp:intent:llm:chat:v1', models: ['m1'] }),
      handle: async () => ({ status: 200, text: '{}' }),
      connected() {},
      changed() {},
      ...more,
    },
    { most: 2 ** 21 },
  );
  const stop = new AbortController();
  const loop = self.run(stop.signal);
  onTestFinished(async () => {
    stop.abort(new Error('the test ends'));
    await loop;
  });
  return { self, lines };
}

async function refusing(reason: string, ticket?: string) {
  const relay = await startRelay({ random: systemRandom }, { refuse: () => reason });
  onTestFinished(() => relay.stop());
  const made = asking({
    find: async () => ({ nodeId: 'r', host: '127.0.0.1', port: relay.port }),
    ticket: async () => ticket,
  });
  await until('the relay to refuse', () => made.self.failure);
  return made;
}

describe('a relay that does not let this node in', () => {
  it.each([
    ['relay bind ticket required', undefined, 'iicp.relay-ticket-wanted'],
    ['relay_bind_ticket_invalid', undefined, 'iicp.relay-ticket-wanted'],
    ['relay bind ticket invalid', 'a ticket', 'iicp.relay-ticket-refused'],
    ['relay bind ticket replayed', 'a ticket', 'iicp.relay-ticket-refused'],
    ['worker_id already bound to an alive session', undefined, 'iicp.relay-taken'],
    ['worker_already_bound', undefined, 'iicp.relay-taken'],
    ['relay at session capacity', undefined, 'iicp.relay-full'],
    ['relay_full', undefined, 'iicp.relay-full'],
    ['relay_bind_rate_limited', undefined, 'iicp.relay-too-often'],
    ['it is Sunday', undefined, 'iicp.relay-refused'],
  ])('is told of by what it says, %j, with what to do', async (said, ticket, code) => {
    const { self, lines } = await refusing(said, ticket);
    expect(self.failure).toMatchObject({ code, action: expect.stringMatching(/\.$/) });
    const [line] = lines.filter(({ message }) => message === 'no relay');
    expect(line).toMatchObject({ code });
    expect(line?.text).not.toContain('gave no reason');
  });

  it('is told of though it says it in bytes, or not at all', () => {
    expect(refusedWith(undefined, false)).toMatchObject({
      code: 'iicp.relay-refused',
      message: 'The relay did not let this node in and gave no reason.',
    });
  });

  it('is given no more of the log than a line, nor the direction of what follows', async () => {
    const { lines } = await refusing(`no\n2026-11-22 [admin] all is well \u202E\u001b[31m${'x'.repeat(900)}`);
    const { text } = lines.find(({ message }) => message === 'no relay')!;
    expect(text).toMatch(/“no 2026-11-22 \[admin\] all is well \[31mx+”/);
    expect(text).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(text.length).toBeLessThan(300);
  });
});

describe('a relay that is not there', () => {
  it('is told of as such', async () => {
    const relay = await startRelay({ random: systemRandom });
    await relay.stop();
    const { self } = asking({ find: async () => ({ nodeId: 'r', host: '127.0.0.1', port: relay.port }) });
    await until('the try to fail', () => self.failure);
    expect(self.failure?.code).toBe('iicp.relay-unreachable');
  });

  it('is not advised to be named where it is', async () => {
    expect(waiting('auto', undefined).action).toContain('name a relay');
    expect(waiting('relay.example.com:9485', undefined)).toMatchObject({
      code: 'iicp.relay-asked',
      action: 'Hearth keeps asking.',
    });
    const { self } = asking({ find: async () => undefined });
    await until('none to be found', () => self.failure);
    expect(waiting('auto', self.failure)).toMatchObject({ code: 'iicp.relay-none-found' });
  });
});
