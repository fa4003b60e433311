// A node of the mesh in one of the homes, as a process there. Takes orders, one JSON object a line, and tells what it hears.
import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { Identity } from '../../src-main/networks/fips/identity/identity.ts';
import { encodeNpub } from '../../src-main/networks/fips/identity/names.ts';
import { RelayPool } from '../../src-main/nostr/pool.ts';
import { nostrMigrations } from '../../src-main/nostr/schema.ts';
import { Signer } from '../../src-main/nostr/signer.ts';
import { isPublicAddress } from '../../src-main/reachability/addresses.ts';
import { type FindingOptions, startFinding } from '../support/fips-finding.ts';
import { committerOf } from '../support/wallet.ts';

export type FipsOrder =
  | { readonly do: 'punch'; readonly to: string }
  | { readonly do: 'dial'; readonly to: string; readonly address: string }
  | { readonly do: 'say'; readonly to: string; readonly text: string }
  /** As if the keys of the link had been used for two minutes. */
  | { readonly do: 'age'; readonly to: string }
  | { readonly do: 'endpoints'; readonly of: string }
  /** Links, and how many frames came in with the keys of now. */
  | { readonly do: 'look' }
  | { readonly do: 'stop' };

/** `external`: its public address, where it has one. */
const { external, ...options } = JSON.parse(process.argv[2]!) as Pick<
  FindingOptions,
  'secret' | 'relays' | 'settings'
> & {
  readonly external?: string;
};
const print = (line: Readonly<Record<string, unknown>>) => console.log(JSON.stringify(line));
const secret = Buffer.alloc(32, options.secret).toString('hex');

const db = new Database(':memory:');
for (const { sql } of nostrMigrations) db.exec(sql);
const deps = { clock: systemClock, random: systemRandom, logger: silentLogger, committer: committerOf(db), read: db };
const signer = new Signer({ ...deps, vault: { get: () => secret, put: () => Promise.resolve() } }, 'fips.nostr-key');
const pool = new RelayPool(deps, { network: 'fips' });
// As it is outside of tests: nothing private is believed, and all addresses are listened on.
const node = await startFinding(
  {
    ...options,
    host: '0.0.0.0',
    mayReach: isPublicAddress,
    advertised: (local) => [{ transport: 'udp', local, external, isPublic: external !== undefined }],
  },
  { pool, signer },
);
const keyOf = (nth: string) => Identity.of(Buffer.alloc(32, Number(nth)))!;
print({ kind: 'ready', npub: node.identity.npub, udp: node.udp });
const passing = setInterval(() => {
  for (const line of node.news.splice(0)) print({ kind: 'news', line });
  for (const text of node.heard.splice(0)) print({ kind: 'heard', text });
}, 20);

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as FipsOrder;
  switch (order.do) {
    case 'punch':
      print({ kind: 'punching', begun: node.discovery.punch(keyOf(order.to).xOnly) });
      break;
    case 'dial': {
      const remote = { transport: 'udp', address: order.address };
      print({ kind: 'dialling', is: node.layer.links.dial({ xOnly: keyOf(order.to).xOnly, remote }) });
      break;
    }
    case 'say':
      node.say(keyOf(order.to), order.text);
      break;
    case 'age':
      node.layer.links.peers.get(keyOf(order.to).nodeAddr)?.current.begin(systemClock.monotonic() - 120_000);
      break;
    case 'endpoints':
      print({ kind: 'endpoints', of: order.of, are: (await node.discovery.whereIs(keyOf(order.of).xOnly)).endpoints });
      break;
    case 'look': {
      const links = [...node.layer.links.peers.values()].map(({ xOnly, remote, meter, keyEpoch }) => ({
        npub: encodeNpub(xOnly),
        remote,
        received: meter.traffic.receivedPackets,
        keyEpoch,
      }));
      print({ kind: 'links', links, adverts: node.discovery.adverts.length, advert: node.discovery.advert ?? null });
      break;
    }
    case 'stop':
      clearInterval(passing);
      await node.stop();
      print({ kind: 'stopped' });
      break;
  }
  if (order.do === 'stop') break;
}
process.stdin.destroy();
