// UPnP's calls: an action with its arguments in the order that the service declares them, and what comes back. And what its error
// numbers mean to the mapper, in one table (WANIPConnection:2 2.5, WANIPv6FirewallControl:1 2.5, UPnP device architecture 3.1.2).

import { MappingError, type MappingErrorCode, type MappingErrorKind, type MappingPhase } from '../errors.ts';
import type { ServiceType } from './description.ts';
import type { HttpAnswer } from './http.ts';
import { child, quoteXml, readXml, type XmlElement } from './xml.ts';

/** Names and values, in order: there are routers that read them by position. */
export type Arguments = readonly (readonly [name: string, value: string | number])[];

export type SoapResult =
  | { readonly ok: true; readonly values: ReadonlyMap<string, string> }
  /** The router's refusal, with UPnP's number for it. */
  | { readonly ok: false; readonly code: number };

/** An answer that is neither a result nor a refusal. */
export class SoapError extends Error {
  /** The HTTP status, where it was that. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/';
const ENCODING = 'http://schemas.xmlsoap.org/soap/encoding/';

export function soapCall(type: ServiceType, action: string, args: Arguments) {
  const inner = args.map(([name, value]) => `<${name}>${quoteXml(String(value))}</${name}>`).join('');
  const body =
    `<?xml version="1.0"?>\r\n<s:Envelope xmlns:s="${ENVELOPE}" s:encodingStyle="${ENCODING}"><s:Body>` +
    `<u:${action} xmlns:u="${type}">${inner}</u:${action}></s:Body></s:Envelope>\r\n`;
  return { body, headers: { 'content-type': 'text/xml; charset="utf-8"', SOAPAction: `"${type}#${action}"` } };
}

/** Values by lower-case name. Throws SoapError and XmlError. */
export function readResult(action: string, { status, body }: Pick<HttpAnswer, 'status' | 'body'>): SoapResult {
  // Some routers send a refusal with 200, others one without a body that says which.
  if (status !== 200 && status !== 500) throw new SoapError('not an answer to a call', status);
  if (status === 500 && body.trim() === '') throw new SoapError('a failure without a reason', status);
  const root = readXml(body);
  const content = root.name === 'envelope' ? child(root, 'Body')?.children[0] : undefined;
  if (content?.name === 'fault') return { ok: false, code: faultCode(content) };
  if (status !== 200) throw new SoapError('a failure without a reason', status);
  if (content?.name !== `${action.toLowerCase()}response`) throw new SoapError('an answer to something else');
  return { ok: true, values: new Map(content.children.map(({ name, text }) => [name, text])) };
}

function faultCode(fault: XmlElement): number {
  const text = child(child(child(fault, 'detail'), 'UPnPError'), 'errorCode')?.text ?? '';
  if (!/^\d{3}$/.test(text)) throw new SoapError('a refusal without its number', 500);
  return Number(text);
}

type Meaning = readonly [kind: MappingErrorKind, reason: MappingErrorCode, message: string];

const NOT_ALLOWED: Meaning = ['refused', 'not-authorized', 'The router does not let programs open ports.'];
const TABLE_FULL: Meaning = [
  'refused',
  'no-resources',
  'The router has no room for another port forwarding, or could not set it up.',
];
const TAKEN: Meaning = ['refused', 'conflict', 'The port is taken in the router by another forwarding.'];
const OTHER: Meaning = ['unavailable', 'other-dialect', 'The router does not know this way of asking for a port.'];
const BAD: Meaning = ['refused', 'bad-request', 'The router did not accept what it was asked.'];
const PERMANENT: Meaning = ['refused', 'permanent-only', 'The router only knows port forwardings that never end.'];
const SAME_PORT: Meaning = [
  'refused',
  'same-port-only',
  'The router only forwards a port to the same port of a computer.',
];

/** Any number that is not here is a `bad-request`. */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  401: OTHER,
  501: TABLE_FULL,
  602: OTHER,
  603: TABLE_FULL,
  604: NOT_ALLOWED,
  606: NOT_ALLOWED,
  718: TAKEN,
  724: SAME_PORT,
  725: PERMANENT,
  728: TABLE_FULL,
  729: TAKEN,
};
const FIREWALL_MEANINGS: Readonly<Record<number, Meaning>> = {
  401: OTHER,
  501: TABLE_FULL,
  602: OTHER,
  603: TABLE_FULL,
  604: NOT_ALLOWED,
  606: NOT_ALLOWED,
  701: TABLE_FULL,
  703: NOT_ALLOWED,
};

export interface RefusedCall {
  readonly phase: MappingPhase;
  readonly firewall: boolean;
  /** The call named a lease that ends, which is what a 402 is about then. */
  readonly leased?: boolean;
}

/** A router's refusal as the mapper knows it. */
export function refusal(code: number, { phase, firewall, leased = false }: RefusedCall): MappingError {
  const table = firewall ? FIREWALL_MEANINGS : MEANINGS;
  const [kind, reason, message] = !firewall && code === 402 && leased ? PERMANENT : (table[code] ?? BAD);
  return new MappingError(message, { kind, reason, protocol: 'upnp', phase, raw: code });
}
