// Another library for opening ports, as a process in the lab: maps one port on command, and says what came of it.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Gateway {
  map(port: number, host: string, options: object): Promise<unknown>;
}
interface PortMapper {
  upnpNat(options: object): { findGateways(options: object): AsyncIterable<Gateway> };
  pmpNat(router: string, options: object): Gateway;
}
interface NatApi {
  readonly default: new (options: object) => { map(options: object): Promise<boolean> };
}

const [kind = '', router = '', local = '', port = ''] = process.argv.slice(2);
const GIVE_UP_MS = 10_000;
const map = await prepare(kind);
const tell = (news: object) => console.log(JSON.stringify({ ...news, rss: process.memoryUsage().rss }));
tell({ kind: 'ready' });
await once(process.stdin, 'data');
try {
  tell({ kind: 'done', ok: await map(Number(port)) });
} catch (error) {
  tell({ kind: 'done', ok: false, error: String(error) });
}

async function prepare(name: string): Promise<(wanted: number) => Promise<boolean>> {
  if (name.startsWith('nat-api')) {
    const pmp = name.endsWith('nat-pmp');
    const { default: Api } = await load<NatApi>(createRequire(import.meta.url).resolve('nat-api'));
    const api = new Api({ autoUpdate: true, enablePMP: pmp, enableUPNP: !pmp, upnpPermanentFallback: false });
    return (wanted) =>
      api.map({ publicPort: wanted, privatePort: wanted, protocol: 'TCP', description: 'bench', ttl: 3600 });
  }
  const file = join(import.meta.dirname, 'peers/node_modules/@achingbrain/nat-port-mapper/dist/src/index.js');
  const { upnpNat, pmpNat } = await load<PortMapper>(file);
  const options = { protocol: 'tcp', externalPort: Number(port), autoRefresh: true };
  if (name.endsWith('nat-pmp')) {
    const gateway = pmpNat(router, {});
    return async (wanted) => {
      await gateway.map(wanted, local, { ...options, signal: AbortSignal.timeout(GIVE_UP_MS) });
      return true;
    };
  }
  const client = upnpNat({});
  return async (wanted) => {
    for await (const gateway of client.findGateways({ signal: AbortSignal.timeout(GIVE_UP_MS) })) {
      await gateway.map(wanted, local, options);
      return true;
    }
    return false;
  };
}

async function load<T>(file: string): Promise<T> {
  return (await import(pathToFileURL(file).href)) as T;
}
