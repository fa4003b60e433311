// A router's description of itself: which services it has, where they are asked, and where they take subscriptions.

import { UPNP } from '../bounds.ts';
import type { Place } from './lan.ts';
import { placeWithin } from './lan.ts';
import { child, readXml, type XmlElement } from './xml.ts';

/** As they are asked for, the best first. Only these exact names are ever put into a request. */
export const WAN_SERVICES = [
  'urn:schemas-upnp-org:service:WANIPConnection:2',
  'urn:schemas-upnp-org:service:WANIPConnection:1',
  'urn:schemas-upnp-org:service:WANPPPConnection:1',
] as const;
export const FIREWALL_SERVICE = 'urn:schemas-upnp-org:service:WANIPv6FirewallControl:1';

export type ServiceType = (typeof WAN_SERVICES)[number] | typeof FIREWALL_SERVICE;

export interface Service {
  readonly type: ServiceType;
  readonly control: Place;
  /** Where it is asked to tell of changes; undefined where it does not. */
  readonly events: Place | undefined;
}

export interface Description {
  /** What it calls itself; of a stranger, bounded, perhaps empty. */
  readonly name: string;
  readonly model: string;
  /** In the order of WAN_SERVICES, then the firewall. */
  readonly services: readonly Service[];
}

const KNOWN: readonly ServiceType[] = [...WAN_SERVICES, FIREWALL_SERVICE];

/** Throws XmlError. A description without a service that we know has none. */
export function readDescription(source: string, from: Place): Description {
  const root = readXml(source);
  const base = child(root, 'URLBase')?.text || undefined;
  const found: Service[] = [];
  const visit = (element: XmlElement) => {
    if (element.name === 'service' && found.length < UPNP.services) {
      const type = KNOWN.find((known) => known === child(element, 'serviceType')?.text);
      const placed = (name: string) => {
        const url = child(element, name)?.text;
        return url ? placeWithin(url, base, from) : undefined;
      };
      const control = placed('controlURL');
      if (type && control) found.push({ type, control, events: placed('eventSubURL') });
    }
    for (const each of element.children) visit(each);
  };
  visit(root);
  const device = child(root, 'device');
  return {
    name: label(child(device, 'friendlyName')?.text),
    model: label(child(device, 'modelName')?.text),
    services: found.sort((one, other) => KNOWN.indexOf(one.type) - KNOWN.indexOf(other.type)),
  };
}

/** Fit to be shown: one short line without signs that could turn text about. */
function label(text = ''): string {
  const plain = text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return Array.from(plain).slice(0, UPNP.label).join('');
}
