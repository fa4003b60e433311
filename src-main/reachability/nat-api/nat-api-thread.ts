// The thread in which nat-api runs, for one job. The package would call whatever address a neighbour tells it, by any interface,
// and read whatever comes: before it is let loose its sockets are tied to the router, and what they may read is bounded.

import { Socket } from 'node:net';
import os, { type NetworkInterfaceInfo } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import NatAPI from 'nat-api';
import type { ThreadAnswer, ThreadJob, ThreadTask } from './wire.ts';

const port = parentPort;
if (port === null) throw new TypeError('nat-api-thread runs as a worker thread only');

const MOST_BYTES = 256 * 1024;
const { router, local, searchAt, job } = workerData as ThreadTask;

tie();
const api = new NatAPI({ autoUpdate: false, enablePMP: false, enableUPNP: true, upnpPermanentFallback: false });
if (searchAt) Object.assign(api._upnpClient.ssdp, { multicast: searchAt.address, port: searchAt.port });
port.postMessage(await run(job));

async function run(job: ThreadJob): Promise<ThreadAnswer> {
  if (job.kind === 'address') return await api.externalIp();
  const options = {
    publicPort: job.external,
    privatePort: job.internal,
    protocol: job.transport === 'tcp' ? 'TCP' : 'UDP',
    description: job.description,
    ttl: job.lifetimeS,
  } as const;
  return job.kind === 'map' ? await api.map(options) : await api.unmap(options);
}

/** All that this thread can see of the network from here on is the line to the router. */
function tie(): void {
  const own: NetworkInterfaceInfo = {
    address: local,
    family: 'IPv4',
    internal: false,
    netmask: '255.255.255.255',
    mac: '00:00:00:00:00:00',
    cidr: null,
  };
  os.networkInterfaces = () => ({ line: [own] });

  const { connect, push } = Socket.prototype;
  const read = new WeakMap<Socket, number>();
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
    const host = hostOf(args);
    // Undefined is this computer, and that is not the router either.
    if (host !== router) return this.destroy(new Error('this is not the router'));
    return Reflect.apply(connect, this, args) as Socket;
  } as typeof connect;
  Socket.prototype.push = function (this: Socket, chunk: Buffer | null, ...rest: []) {
    const size = (read.get(this) ?? 0) + (chunk?.length ?? 0);
    read.set(this, size);
    if (size <= MOST_BYTES) return push.call(this, chunk, ...rest);
    this.destroy(new Error('the router sends too much'));
    return false;
  };
}

/** Node itself passes what it was called with as one list. */
function hostOf(args: readonly unknown[]): unknown {
  const [first, second] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  return typeof first === 'object' && first !== null ? (first as { host?: unknown }).host : second;
}
