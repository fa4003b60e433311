// What stands around a relay in the lab, as a process beside it: a tap on the wires of all who come from elsewhere, others who want
// its places, and a look at who is bound. Takes one order a line and answers each with one.
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type PracticeRelayWorker, startRelayWorker } from '../simulators/relay-worker.ts';

export type RelayOrder =
  /** Says when the relay first said so of this worker. */
  | { readonly do: 'await'; readonly worker: string; readonly state: State }
  /** Each text: how often it went by on the tapped wires, either way. */
  | { readonly do: 'search'; readonly texts: readonly string[] }
  /** Binds all of these at once, from one address, and stays. Counts what was said. */
  | { readonly do: 'bind'; readonly workers: readonly string[]; readonly from: string; readonly ticket?: string }
  /** Wants an id by HTTP, as a web page would. */
  | { readonly do: 'bind-by-http'; readonly worker: string; readonly ticket?: string }
  | { readonly do: 'leave' };

/** `away`: no relay answers there. */
type State = 'bound' | 'unbound' | 'away';

/** Where each tap listens, and where the relay does. */
const TAPS = [
  [19_484, 9484],
  [19_485, 9485],
] as const;
const LOOK_MS = 25;

const [host = ''] = process.argv.slice(2);
const http = `http://${host}:9484`;
const heard: Buffer[][] = [];
const bound: PracticeRelayWorker[] = [];

const print = (line: Readonly<Record<string, unknown>>) => console.log(JSON.stringify(line));

for (const [from, to] of TAPS) {
  const server = createServer({ allowHalfOpen: true }, (outer) => {
    const inner = connect({ host: '127.0.0.1', port: to, allowHalfOpen: true });
    pass(outer, inner);
    pass(inner, outer);
  });
  await new Promise<void>((resolve) => {
    server.listen(from, resolve);
  });
}
print({ kind: 'ready' });

for await (const line of createInterface({ input: process.stdin }))
  print(await carryOut(JSON.parse(line) as RelayOrder));
process.exit(0);

function pass(from: Socket, to: Socket): void {
  const said: Buffer[] = [];
  heard.push(said);
  from.on('error', () => {});
  from.on('data', (bytes: Buffer) => {
    said.push(bytes);
    to.write(bytes);
  });
  from.once('end', () => to.end());
  from.once('close', () => to.destroy());
}

async function carryOut(order: RelayOrder): Promise<Readonly<Record<string, unknown>>> {
  switch (order.do) {
    case 'await':
      for (;;) {
        if ((await stateOf(order.worker)) === order.state) return { kind: 'so' };
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    case 'search': {
      const all = heard.map((said) => Buffer.concat(said));
      const times = order.texts.map((text) => all.filter((said) => said.includes(text)).length);
      return { kind: 'found', times };
    }
    case 'bind': {
      const { workers, from, ticket } = order;
      const said: Record<string, number> = {};
      const options = { host, port: 9485, from, answer: () => undefined, ...(ticket !== undefined && { ticket }) };
      for (const workerId of workers) {
        const worker = await startRelayWorker({ ...options, workerId }).catch(() => undefined);
        const word = worker?.said ?? 'hung up';
        said[word] = (said[word] ?? 0) + 1;
        if (worker) bound.push(worker);
      }
      return { kind: 'said', said };
    }
    case 'bind-by-http': {
      const reply = await fetch(`${http}/v1/relay/bind`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ worker_id: order.worker, bind_ticket: order.ticket }),
      });
      const { error } = (await reply.json()) as { error?: { code: string } };
      return { kind: 'answered', status: reply.status, code: error?.code };
    }
    case 'leave':
      for (const worker of bound.splice(0)) worker.stop();
      return { kind: 'left' };
  }
}

async function stateOf(worker: string): Promise<State> {
  try {
    const reply = await fetch(`${http}/v1/relay-for/${worker}/iicp/health`);
    if (reply.status === 200) return 'bound';
    return (await reply.text()).includes('IICP-E030') ? 'unbound' : 'away';
  } catch {
    return 'away';
  }
}
