// The router's list of forwardings, as far as it concerns one port of it.

import { UPNP } from '../bounds.ts';
import type { Endpoint, Transport } from '../mapping.ts';
import { type Arguments, SoapError, type SoapResult } from './soap.ts';

export interface Entry {
  /** The computer that it leads to. */
  readonly client: string;
  readonly internalPort: number;
  readonly enabled: boolean;
  readonly description: string;
  /** Seconds that are left of it; 0: it does not end. */
  readonly leaseS: number;
}

type Ask = (action: string, args: Arguments) => Promise<SoapResult>;

/** Nothing there by UPnP's word: no such entry, or past the end of the list. */
const NOTHING = new Set([713, 714]);

/**
 * What the router lists for a port; `none`: nothing; `unknown`: it does not tell. Where it can't be asked for one entry, its whole
 * list is read. Rejects as `ask` does, and with SoapError for an entry that makes no sense.
 */
export async function readEntry(ask: Ask, transport: Transport, port: number): Promise<Entry | 'none' | 'unknown'> {
  const protocol = transport.toUpperCase();
  const result = await ask('GetSpecificPortMappingEntry', [
    ['NewRemoteHost', ''],
    ['NewExternalPort', port],
    ['NewProtocol', protocol],
  ]);
  if (result.ok) return entryOf(result.values);
  if (NOTHING.has(result.code)) return 'none';
  for (let index = 0; index < UPNP.entries; index += 1) {
    const each = await ask('GetGenericPortMappingEntry', [['NewPortMappingIndex', index]]);
    // Some say another number past the end; at the very beginning it may as well mean that they don't know the question.
    if (!each.ok) return NOTHING.has(each.code) || index > 0 ? 'none' : 'unknown';
    const { values } = each;
    if (values.get('newexternalport') === String(port) && values.get('newprotocol')?.toUpperCase() === protocol) {
      return entryOf(values);
    }
  }
  return 'unknown';
}

/** Without a description that was kept, the computer and its port have to do. */
export function isOurs(entry: Entry, { address, port }: Endpoint, description: string | undefined): boolean {
  if (entry.client !== address) return false;
  return description === undefined ? entry.internalPort === port : entry.description === description;
}

function entryOf(values: ReadonlyMap<string, string>): Entry {
  const client = values.get('newinternalclient');
  if (client === undefined) throw new SoapError('an entry that leads nowhere');
  return {
    client,
    internalPort: whole(values.get('newinternalport')),
    enabled: !/^(?:0|false|no)$/i.test(values.get('newenabled') ?? ''),
    description: values.get('newportmappingdescription') ?? '',
    leaseS: whole(values.get('newleaseduration') || '0'),
  };
}

function whole(text: string | undefined): number {
  if (text === undefined || !/^\d{1,10}$/.test(text)) throw new SoapError('a number that is none');
  return Number(text);
}
