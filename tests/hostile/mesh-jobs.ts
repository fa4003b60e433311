// What a child process does for attacks on finding other nodes of the mesh: a whole node of it, that listens to one relay.
import Database from 'better-sqlite3';
import { systemClock as clock } from '../../src-main/base/clock.ts';
import { silentLogger as logger } from '../../src-main/base/logger.ts';
import { systemRandom as random } from '../../src-main/base/random.ts';
import { RelayPool } from '../../src-main/nostr/pool.ts';
import { nostrMigrations } from '../../src-main/nostr/schema.ts';
import { Signer } from '../../src-main/nostr/signer.ts';
import { isPublicAddress } from '../../src-main/reachability/addresses.ts';
import { startFinding } from '../support/fips-finding.ts';

/** One byte, of which its key is made. */
export const MESH_NODE = 5;

export interface Finding {
  readonly port: number;
  readonly ms: number;
  /** An address that may be sent to besides public ones, of which a test computer has none. */
  readonly besides?: string;
  readonly stun?: string;
  /** It says where it is, as far as STUN servers tell it. */
  readonly says?: boolean;
}

export interface Found {
  readonly adverts: number;
  /** Of their endpoints, those that lead into networks of our own. */
  readonly inside: number;
  readonly links: number;
  /** Of what it says of itself, that which leads into networks of our own. */
  readonly saidInside: number;
  readonly said: number;
  readonly faults: number;
}

export const meshJobs = {
  async find({ port, ms, besides, stun, says = false }: Finding): Promise<Found> {
    const db = new Database(':memory:');
    for (const { sql } of nostrMigrations) db.exec(sql);
    const committer = { commit: () => Promise.resolve() };
    const secret = Buffer.alloc(32, MESH_NODE).toString('hex');
    const deps = { clock, random, logger, committer, read: db };
    const signer = new Signer(
      { ...deps, vault: { get: () => secret, put: () => Promise.resolve() } },
      'fips.nostr-key',
    );
    const pool = new RelayPool(deps, { network: 'fips' });
    const mayReach = (address: string) => isPublicAddress(address) || address === besides;
    const node = await startFinding(
      {
        secret: MESH_NODE,
        relays: [`ws://127.0.0.1:${port}`],
        settings: { policy: 'open', stunServers: stun === undefined ? [] : [stun], advertise: says },
        ...(says && { advertised: (udp: string) => [{ transport: 'udp' as const, local: udp, isPublic: true }] }),
        mayReach,
      },
      { pool, signer },
    );
    await clock.sleep(ms);
    const { adverts } = node.discovery;
    const endpoints = adverts.flatMap((advert) => advert.endpoints);
    const isInside = ({ address }: { readonly address: string }) =>
      !isPublicAddress(address.split(':')[0]!) && address !== 'nat';
    const own = node.discovery.advert?.endpoints ?? [];
    const [{ faults } = { faults: 0 }] = pool.health();
    const links = node.layer.links.peers.size;
    const told = { said: own.length, saidInside: own.filter(isInside).length };
    await node.stop();
    db.close();
    return { adverts: adverts.length, inside: endpoints.filter(isInside).length, links, faults, ...told };
  },
};
