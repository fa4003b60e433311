// Where an input is, by what the manager calls it: an address, an address without its server, or the bare id of stored data. The token of a
// job goes to the server and the domain of that job alone.

import { InputRefused } from '../errors.ts';
import type { Domain } from './domain-client.ts';

export type DownloadStyle = 'auto' | 'uri' | 'ids';

export interface InputPlace {
  /** To be asked for as it stands; undefined for a bare id. */
  readonly url: string | undefined;
  /** At the job's own server and domain. */
  readonly own: boolean;
  /** To ask the job's own server with, `ids=…&name=…`; undefined where the address tells no id. */
  readonly query: string | undefined;
}

const DATA = /\/domains\/([^/]+)\/data(?:\/([^/]+))?\/?$/;
const BARE = /^[A-Za-z0-9_.~-]{1,255}$/;

/** Throws InputRefused. */
export function placeOf(cid: string, domain: Domain, { foreign }: { readonly foreign: boolean }): InputPlace {
  if (BARE.test(cid)) return { url: undefined, own: true, query: new URLSearchParams({ ids: cid }).toString() };
  const url = addressOf(cid, domain);
  const sameServer = url.origin === new URL(domain.url).origin;
  const [, domainId, dataId] = DATA.exec(url.pathname) ?? [];
  const sameDomain = domainId === undefined || domainId.toLowerCase() === domain.id.toLowerCase();
  const own = sameServer && sameDomain;
  if (!own && !foreign) throw new InputRefused(sameServer ? 'foreign-domain' : 'foreign-origin');
  return { url: url.href, own, query: own ? queryOf(dataId, url.searchParams) : undefined };
}

function addressOf(cid: string, domain: Domain): URL {
  const relative = cid.startsWith('/') && !cid.startsWith('//');
  const base = relative ? new URL(domain.url).origin : undefined;
  if (!URL.canParse(cid, base)) throw new InputRefused('address');
  const url = new URL(cid, base);
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') throw new InputRefused('address');
  return url;
}

function queryOf(dataId: string | undefined, given: URLSearchParams): string | undefined {
  const query = new URLSearchParams();
  const ids = dataId === undefined ? given.get('ids') : decodeURIComponent(dataId);
  if (ids) query.set('ids', ids);
  for (const name of ['name', 'data_type']) {
    const value = given.get(name);
    if (value) query.set(name, value);
  }
  return query.size === 0 ? undefined : query.toString();
}
