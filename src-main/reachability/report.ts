// Inbound reachability as text, for a helper: what was found, what failed, and the last steps. Public addresses only when asked for.

import type { ReachabilityView, ReachStep } from '../../src-preload/contract/reachability.ts';
import { isPublicAddress } from './addresses.ts';

export interface ReportOptions {
  readonly addresses: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

const ADDRESS = /\[?(?:[0-9a-f]{0,4}:){2,7}[0-9a-f.]{0,15}\]?|\d{1,3}(?:\.\d{1,3}){3}/gi;

export function reportOf(view: ReachabilityView, log: readonly ReachStep[], options: ReportOptions): string {
  const time = (at: number | null) => (at === null ? '-' : new Date(at).toISOString());
  const text = (value: string | number | boolean | null) => (value === null ? '-' : String(value));
  const lines = [
    `Reachability, ${time(options.now)}`,
    `asking the router: ${view.enabled ? 'on' : 'off'}; wanted by a network: ${view.wanted ? 'yes' : 'no'}`,
    `tier ${text(view.tier)}, ${text(view.method)}, ${text(view.exposure)}, NAT ${view.natType}`,
    '',
    'Chain',
    ...view.chain.map(
      ({ id, state, by, at, reason }) =>
        `  ${id}: ${state}${by === null ? '' : `, ${by}`}${at === null ? '' : `, ${time(at)}`}${reason ? `, ${reason.code}` : ''}`,
    ),
    '',
    view.router
      ? `Router: ${text(view.router.name)} ${text(view.router.model)} at ${text(view.router.address)}, we are ${text(view.router.local)} on ${view.router.interface}${view.router.behindVpn ? ', a VPN holds the way out' : ''}`
      : 'Router: none found',
    ...(view.seenFrom ? [`Seen from outside as: ${text(view.seenFrom.v4)} ${text(view.seenFrom.v6)}`] : []),
    ...view.tunnels.map(({ kind, url, healthy }) => `Tunnel: ${kind} ${url} ${healthy ? 'works' : 'does not answer'}`),
    ...view.ports.flatMap((port) => [
      '',
      `Port ${port.port}/${port.transport} (${port.purpose}), published: ${text(port.advertised)}`,
      ...port.mappings.map(
        ({ family, state, protocol, external, expiresAt, renewals, strikes, failure }) =>
          `  IPv${family}: ${state}, ${text(protocol)}, ${external ? `${external.address} port ${external.port}` : '-'}, until ${time(expiresAt)}, renewed ${renewals}, failed ${strikes}${failure ? `, ${failure.code}` : ''}`,
      ),
      port.proof
        ? `  from outside: ${port.proof.reached ? 'reached' : 'not reached'} by ${port.proof.prober}, ${time(port.proof.at)}, ${port.proof.tookMs} ms${EVIDENCE[port.proof.evidence ?? 'none']}`
        : '  from outside: not tried',
    ]),
    '',
    'Steps, newest first',
    ...log.map(({ at, code, facts }) => `  ${time(at)} ${code} ${facts}`),
  ];
  const whole = `${lines.join('\n')}\n`;
  return options.addresses ? whole : whole.replaceAll(ADDRESS, withoutPublic);
}

const EVIDENCE = {
  nonce: ', our number came in',
  arrived: ', a connection came in',
  answered: ', something answered',
  none: '',
} as const;

function withoutPublic(address: string): string {
  return isPublicAddress(address.replace(/^\[|\]$/g, '')) ? '(public address)' : address;
}
