// What is asked of a router's WANIPConnection service, action by action, and how its answers are read (UPnP IGD 1 and 2).

import { isIPv4 } from 'node:net';
import type { Transport } from '../mapping.ts';
import type { Arguments, SoapResult } from './soap.ts';

/** What a call in progress asks the router with. */
export type Ask = (action: string, args: Arguments) => Promise<SoapResult>;

export interface Wanted {
  readonly transport: Transport;
  readonly client: string;
  readonly internalPort: number;
  readonly description: string;
  /** As the router listed it before: some shorten or change it. */
  readonly listed?: string | undefined;
}

/** Of the outside: not known. */
export const UNKNOWN_ADDRESS = '0.0.0.0';

/** 725: only entries without an end. Some routers say 402 for it, as for any other argument they don't like. */
export async function addLeased(lease: number, add: (lease: number) => Promise<SoapResult>): Promise<SoapResult> {
  const result = await add(lease);
  if (result.ok || lease === 0 || (result.code !== 725 && result.code !== 402)) return result;
  return await add(0);
}

export function addArguments(
  { transport, client, internalPort, description }: Wanted,
  port: number,
  lease: number,
): Arguments {
  return [
    ...entryArguments(transport, port),
    ['NewInternalPort', internalPort],
    ['NewInternalClient', client],
    ['NewEnabled', 1],
    ['NewPortMappingDescription', description],
    ['NewLeaseDuration', lease],
  ];
}

export function entryArguments(transport: Transport, port: number): Arguments {
  return [
    ['NewRemoteHost', ''],
    ['NewExternalPort', port],
    // Lower case is refused by some.
    ['NewProtocol', transport.toUpperCase()],
  ];
}

/** Undefined where it is not said, or not an address that a router could have. */
export async function externalAddress(ask: Ask): Promise<string | undefined> {
  const result = await ask('GetExternalIPAddress', []);
  const address = result.ok ? (result.values.get('newexternalipaddress') ?? '') : '';
  return isIPv4(address) && address !== UNKNOWN_ADDRESS ? address : undefined;
}

export async function isConnected(ask: Ask): Promise<boolean> {
  const result = await ask('GetStatusInfo', []);
  return result.ok && /^(?:connected|up)$/i.test(result.values.get('newconnectionstatus') ?? '');
}
