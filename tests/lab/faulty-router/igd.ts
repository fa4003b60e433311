// UPnP's Internet Gateway Device, with faults: the search, the description, and the control by SOAP.
import { createSocket } from 'node:dgram';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { RouterFacts } from './datagrams.ts';

const HTTP_PORT = 5000;
const UUID = 'uuid:fa6e0000-0000-0000-0000-00000000000';
const SOUGHT = /ssdp:all|rootdevice|InternetGatewayDevice:[12]|WANIPConnection|WANPPPConnection/;
const XML = '<?xml version="1.0"?>\n';

export function serveIgd(facts: RouterFacts): void {
  answerSearches(facts);
  const server = createServer((request, response) => void respond(facts, request, response));
  server.listen(HTTP_PORT, facts.lan);
}

const versionOf = ({ quirks }: RouterFacts) => (quirks.has('igd1') || quirks.has('ppp') ? 1 : 2);
const serviceOf = (facts: RouterFacts) =>
  `urn:schemas-upnp-org:service:${facts.quirks.has('ppp') ? 'WANPPPConnection' : 'WANIPConnection'}:${versionOf(facts)}`;

function answerSearches(facts: RouterFacts): void {
  const { lan, quirks } = facts;
  const other = quirks.has('locother') ? lan.replace(/\.\d+$/, '.99') : undefined;
  const host = quirks.text('locout') ?? other ?? lan;
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('message', (message, { port, address }) => {
    const text = message.toString('latin1');
    const target = /^ST:[ \t]*(.+?)\r$/im.exec(text)?.[1] ?? '';
    if (quirks.has('muteupnp') || !text.startsWith('M-SEARCH') || !SOUGHT.test(target)) return;
    if (target.includes('InternetGatewayDevice:2') && versionOf(facts) === 1) return;
    const lines = [
      'HTTP/1.1 200 OK',
      'CACHE-CONTROL: max-age=120',
      `ST: ${target}`,
      `USN: ${UUID}1::${target}`,
      'EXT:',
      'SERVER: Faulty/1.0 UPnP/1.1',
      `LOCATION: http://${host}:${HTTP_PORT}/desc.xml`,
    ];
    // Whoever looks for all hears of the device, as the first of many answers.
    if (target === 'ssdp:all') lines[2] = `ST: urn:schemas-upnp-org:device:InternetGatewayDevice:${versionOf(facts)}`;
    socket.send(`${lines.join('\r\n')}\r\n\r\n`, port, address);
  });
  socket.bind(1900, () => socket.addMembership('239.255.255.250', lan));
}

async function respond(facts: RouterFacts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { quirks } = facts;
  if (quirks.has('deadhttp')) return;
  if (quirks.has('rst')) return void request.socket.resetAndDestroy();
  await new Promise((resolve) => setTimeout(resolve, quirks.number('slow') ?? 0));
  let body = '';
  try {
    for await (const chunk of request) body += String(chunk);
  } catch {
    // Whoever asked is tired of waiting.
    return;
  }
  const send = (status: number, text: string) => {
    const length = quirks.has('chunked') ? {} : { 'Content-Length': Buffer.byteLength(text) };
    response.writeHead(status, { 'Content-Type': 'text/xml; charset="utf-8"', Connection: 'close', ...length });
    response.end(text);
  };
  if (request.method !== 'POST') return request.url === '/desc.xml' ? send(200, description(facts)) : send(404, '');

  const action = /#(\w+)/.exec(String(request.headers.soapaction ?? ''))?.[1] ?? '';
  const argument = (name: string) => new RegExp(`<${name}[^>]*>([^<]*)<`).exec(body)?.[1] ?? '';
  const from = request.socket.remoteAddress?.replace('::ffff:', '') ?? '';
  const result = act(facts, action, argument, from);
  console.log(facts.table.uptimeSeconds(), 'soap', action, typeof result === 'number' ? result : 'ok');
  const inside =
    typeof result === 'number'
      ? `<s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail><UPnPError xmlns="urn:schemas-upnp-org:control-1-0"><errorCode>${result}</errorCode><errorDescription>no</errorDescription></UPnPError></detail></s:Fault>`
      : `<u:${action}Response xmlns:u="${serviceOf(facts)}">${elements(result)}</u:${action}Response>`;
  const envelope = `${XML}<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>${inside}</s:Body></s:Envelope>`;
  send(typeof result === 'number' ? 500 : 200, envelope);
}

type Values = Readonly<Record<string, string | number>>;

/** What an action answers, or the number of its error. */
function act(facts: RouterFacts, action: string, argument: (name: string) => string, from: string): Values | number {
  const { quirks, table, external } = facts;
  const transport = argument('NewProtocol').toLowerCase() === 'udp' ? 'udp' : 'tcp';
  const port = Number(argument('NewExternalPort'));
  switch (action) {
    case 'GetExternalIPAddress':
      return { NewExternalIPAddress: quirks.has('noip') ? '' : external };
    case 'GetStatusInfo':
      return {
        NewConnectionStatus: quirks.has('disconnected') ? 'Disconnected' : 'Connected',
        NewLastConnectionError: 'ERROR_NONE',
        NewUptime: table.uptimeSeconds(),
      };
    case 'AddPortMapping':
    case 'AddAnyPortMapping':
      return add(facts, action, argument, from);
    case 'GetSpecificPortMappingEntry': {
      const entry = table.at(transport, port);
      return entry ? told(facts, entry) : 714;
    }
    case 'GetGenericPortMappingEntry': {
      const entry = table.all()[Number(argument('NewPortMappingIndex'))];
      if (!entry) return 713;
      const { external: outside, transport: protocol } = entry;
      const key = { NewRemoteHost: '', NewExternalPort: outside, NewProtocol: protocol.toUpperCase() };
      return { ...key, ...told(facts, entry) };
    }
    case 'DeletePortMapping': {
      const entry = table.at(transport, port);
      if (!entry) return 714;
      table.remove(entry);
      return {};
    }
    default:
      return 401;
  }
}

function add(facts: RouterFacts, action: string, argument: (name: string) => string, from: string): Values | number {
  const { quirks, table } = facts;
  const any = action === 'AddAnyPortMapping';
  if (any && (versionOf(facts) === 1 || quirks.has('noany'))) return 401;
  const error = quirks.number('err');
  if (error !== undefined) return error;
  const asked = Number(argument('NewLeaseDuration') || 0);
  if (asked > 0 && quirks.has(725)) return 725;
  if (asked > 0 && quirks.has(402)) return 402;
  const address = argument('NewInternalClient');
  if (address !== from) return 606;

  const transport = argument('NewProtocol').toLowerCase() === 'udp' ? 'udp' : 'tcp';
  const internal = Number(argument('NewInternalPort'));
  const wanted = Number(argument('NewExternalPort'));
  if (!any && !table.free(transport, wanted, address, internal)) return 718;
  const port = any ? table.pick(transport, wanted, address, internal) : wanted;
  const description = argument('NewPortMappingDescription');
  table.put({ transport, external: port, address, internal, lifetime: table.clamp(asked), description });
  return any ? { NewReservedPort: port } : {};
}

function told({ table }: RouterFacts, entry: ReturnType<RouterFacts['table']['all']>[number]): Values {
  return {
    NewInternalPort: entry.internal,
    NewInternalClient: entry.address,
    NewEnabled: 1,
    NewPortMappingDescription: entry.description,
    NewLeaseDuration: table.left(entry),
  };
}

function elements(values: Values): string {
  return Object.entries(values)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('');
}

function description(facts: RouterFacts): string {
  const { quirks } = facts;
  if (quirks.has('badxml')) return '<root><device>';
  if (quirks.has('bigxml')) return `${XML}<root>${'<device>'.repeat(1_300_000)}`;
  const bomb = quirks.has('bomb');
  const control = quirks.text('ctlout');
  const service = (type: string, path: string) =>
    elements({ serviceType: type, serviceId: `urn:upnp-org:serviceId:${path}`, SCPDURL: '/scpd.xml' }) +
    elements({ controlURL: control ? `http://${control}/${path}` : `/${path}`, eventSubURL: '/evt' });
  const device = (type: string, number: number, inside: string) =>
    `<device><deviceType>urn:schemas-upnp-org:device:${type}:${versionOf(facts)}</deviceType><friendlyName>${bomb ? '&j;' : 'Faulty Router'}</friendlyName><manufacturer>lab</manufacturer><modelName>faulty</modelName><UDN>${UUID}${number}</UDN>${inside}</device>`;
  const services = (text: string) => `<serviceList><service>${text}</service></serviceList>`;
  const devices = (text: string) => `<deviceList>${text}</deviceList>`;
  const connection = device('WANConnectionDevice', 3, services(service(serviceOf(facts), 'ctl')));
  const common = services(service('urn:schemas-upnp-org:service:WANCommonInterfaceConfig:1', 'cif'));
  const wan = device('WANDevice', 2, common + devices(connection));
  return `${XML}${bomb ? BOMB : ''}<root xmlns="urn:schemas-upnp-org:device-1-0"><specVersion><major>1</major><minor>0</minor></specVersion>${device('InternetGatewayDevice', 1, devices(wan))}</root>`;
}

/** Ten entities, each ten times the one before. */
const BOMB = `<!DOCTYPE root [<!ENTITY a "aaaaaaaaaa">${'bcdefghij'
  .split('')
  .map((name, index) => `<!ENTITY ${name} "${`&${'abcdefghi'[index]};`.repeat(10)}">`)
  .join('')}]>\n`;
