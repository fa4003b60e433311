// What the practice router says of itself: the device description of an IGD, nested as real ones nest it.

import type { Faults } from './igd-tables.ts';

const SERVICE = 'urn:schemas-upnp-org:service:';
export const FIREWALL = `${SERVICE}WANIPv6FirewallControl:1`;

/** The connection service that it has, by its faults. */
export function wanType({ igd1, ppp }: Faults): string {
  if (ppp) return `${SERVICE}WANPPPConnection:1`;
  return `${SERVICE}WANIPConnection:${igd1 ? 1 : 2}`;
}

export function describe(faults: Faults): string {
  const version = faults.igd1 || faults.ppp ? 1 : 2;
  const holes = faults.noPinholes ? '' : service(FIREWALL, '/ctl6');
  const connection = device(
    'WANConnectionDevice',
    version,
    `<serviceList>${service(wanType(faults), '/ctl', !faults.noEvents)}${holes}</serviceList>`,
  );
  const common = service(`${SERVICE}WANCommonInterfaceConfig:1`, '/cif');
  const wan = device(
    'WANDevice',
    version,
    `<serviceList>${common}</serviceList><deviceList>${connection}</deviceList>`,
  );
  const base = faults.urlBase === undefined ? '' : `<URLBase>${faults.urlBase}</URLBase>`;
  const names = '<friendlyName>Practice Router</friendlyName><modelName>Model 1 &amp; only</modelName>';
  const root = device('InternetGatewayDevice', version, `${names}<deviceList>${wan}</deviceList>`);
  return `<?xml version="1.0"?>\r\n<root xmlns="urn:schemas-upnp-org:device-1-0"><specVersion><major>1</major><minor>0</minor></specVersion>${base}${root}</root>`;
}

function device(kind: string, version: number, inner: string): string {
  const type = `<deviceType>urn:schemas-upnp-org:device:${kind}:${version}</deviceType>`;
  return `<device>${type}${inner}</device>`;
}

function service(type: string, control: string, events = true): string {
  const subscribed = events ? '<eventSubURL>/evt</eventSubURL>' : '';
  return `<service><serviceType>${type}</serviceType><serviceId>urn:upnp-org:serviceId:1</serviceId><SCPDURL>/scpd.xml</SCPDURL><controlURL>${control}</controlURL>${subscribed}</service>`;
}
