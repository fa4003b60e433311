import { describe, expect, it } from 'vitest';
import { MappingError } from '../../../../src-main/reachability/errors.ts';
import { readDescription } from '../../../../src-main/reachability/upnp/description.ts';
import { lineV4, lineV6, placeOf, placeWithin } from '../../../../src-main/reachability/upnp/lan.ts';
import { readResult, refusal, soapCall } from '../../../../src-main/reachability/upnp/soap.ts';
import { readAnswer } from '../../../../src-main/reachability/upnp/ssdp.ts';

const home = {
  name: 'eth0',
  v4: { router: '192.168.77.1', local: '192.168.77.10', prefix: 24 },
  v6: { router: 'fe80::1%eth0', globals: [{ address: '2001:db8:77::10' }] },
  hardware: undefined,
  behindVpn: false,
};
const line = lineV4(home)!;
const line6 = lineV6(home, '2001:db8:77::10')!;

describe('where a LOCATION leads', () => {
  it.each([
    ['http://192.168.77.1:5000/desc.xml', '192.168.77.1', { host: '192.168.77.1', port: 5000, path: '/desc.xml' }],
    ['http://192.168.77.1/d?x=1#y', '192.168.77.1', { host: '192.168.77.1', port: 80, path: '/d?x=1' }],
    ['http://192.168.77.20:1/', '192.168.77.20', { host: '192.168.77.20', port: 1, path: '/' }],
    // Somebody else than who says so: only the port and the path are taken, to the router.
    ['http://192.168.77.20:1/', '192.168.77.1', { host: '192.168.77.1', port: 1, path: '/' }],
    ['http://192.168.77.30:1/', '192.168.77.20', { host: '192.168.77.1', port: 1, path: '/' }],
    ['http://8.8.8.8:1/', '8.8.8.8', { host: '192.168.77.1', port: 1, path: '/' }],
    ['http://evil.example:8080/a', '192.168.77.20', { host: '192.168.77.1', port: 8080, path: '/a' }],
    ['http://[::1]:1/', '192.168.77.20', { host: '192.168.77.1', port: 1, path: '/' }],
    ['http://0x7f.1:1/', '192.168.77.20', { host: '192.168.77.1', port: 1, path: '/' }],
    ['https://192.168.77.1/', '192.168.77.1', undefined],
    ['ftp://192.168.77.1/', '192.168.77.1', undefined],
    ['file:///etc/passwd', '192.168.77.1', undefined],
    ['http://user:word@192.168.77.1/', '192.168.77.1', undefined],
    ['http://192.168.77.1:0/', '192.168.77.1', undefined],
    ['http://192.168.77.1:65536/', '192.168.77.1', undefined],
    ['http://', '192.168.77.1', undefined],
    [`http://192.168.77.1/${'a'.repeat(2000)}`, '192.168.77.1', undefined],
    ['/desc.xml', '192.168.77.1', undefined],
  ])('%s, told by %s', (location, source, place) => {
    expect(placeOf(location, source, line)).toEqual(place);
  });

  it.each([
    ['http://[fe80::1]:5000/d', 'fe80::1%eth0', { host: 'fe80::1%eth0', port: 5000, path: '/d' }],
    ['http://[2001:0db8:0077:0:0:0:0:1]:5000/d', '2001:db8:77::1', { host: '2001:db8:77::1', port: 5000, path: '/d' }],
    ['http://[2001:db8:99::1]:5000/d', '2001:db8:99::1', { host: 'fe80::1%eth0', port: 5000, path: '/d' }],
    ['http://192.168.77.1:5000/d', 'fe80::1%eth0', { host: 'fe80::1%eth0', port: 5000, path: '/d' }],
  ])('by IPv6: %s, told by %s', (location, source, place) => {
    expect(placeOf(location, source, line6)).toEqual(place);
  });

  it('knows who is on the line', () => {
    const addresses = ['192.168.77.1', '192.168.77.255', '192.168.78.1', '8.8.8.8', 'fe80::1', ''];
    expect(addresses.map(line.has)).toEqual([true, true, false, false, false, false]);
    const addresses6 = ['fe80::1%eth0', 'fe80::77', '2001:db8:77::1', '2001:db8:78::1', '192.168.77.1'];
    expect(addresses6.map(line6.has)).toEqual([true, true, true, false, false]);
  });
});

describe('where a controlURL leads', () => {
  const from = { host: '192.168.77.1', port: 5000, path: '/a/desc.xml' };
  it.each([
    ['/ctl', undefined, { host: '192.168.77.1', port: 5000, path: '/ctl' }],
    ['ctl?x', undefined, { host: '192.168.77.1', port: 5000, path: '/a/ctl?x' }],
    ['/ctl', 'http://192.168.77.1:49000/', { host: '192.168.77.1', port: 49_000, path: '/ctl' }],
    ['/ctl', 'nonsense:', { host: '192.168.77.1', port: 5000, path: '/ctl' }],
    ['http://8.8.8.8:81/x', undefined, { host: '192.168.77.1', port: 81, path: '/x' }],
    ['//8.8.8.8/x', undefined, { host: '192.168.77.1', port: 80, path: '/x' }],
    ['/x', 'http://evil.example:81/', { host: '192.168.77.1', port: 81, path: '/x' }],
    ['https://192.168.77.1/x', undefined, undefined],
  ])('%s with the base %s', (reference, base, place) => {
    expect(placeWithin(reference, base, from)).toEqual(place);
  });

  it('keeps the zone of an IPv6 host', () => {
    const link = { host: 'fe80::1%eth0', port: 5000, path: '/d' };
    expect(placeWithin('/ctl', undefined, link)).toEqual({ ...link, path: '/ctl' });
  });
});

describe('a description', () => {
  const from = { host: '192.168.77.1', port: 5000, path: '/d' };
  const service = (type: string, url = '/c') =>
    `<service><serviceType>urn:schemas-upnp-org:service:${type}</serviceType><controlURL>${url}</controlURL></service>`;

  it('has the services that we know, the newest first, wherever they are nested', () => {
    const inner = `<deviceList><device><serviceList>${service('WANIPConnection:1', '/1')}${service('WANIPConnection:2', '/2')}</serviceList></device></deviceList>`;
    const text = `<root><device><friendlyName> Box\u202e\n </friendlyName><modelName>${'m'.repeat(500)}</modelName>${service('WANIPv6FirewallControl:1', '/6')}${service('WANPPPConnection:1', '/p')}${service('Layer3Forwarding:1')}${service('WANIPConnection:3')}${inner}</device></root>`;
    const { name, model, services } = readDescription(text, from);
    expect([name, model]).toEqual(['Box', 'm'.repeat(64)]);
    expect(services.map(({ type, control }) => [type.split(':').slice(-2).join(':'), control.path])).toEqual([
      ['WANIPConnection:2', '/2'],
      ['WANIPConnection:1', '/1'],
      ['WANPPPConnection:1', '/p'],
      ['WANIPv6FirewallControl:1', '/6'],
    ]);
  });

  it('has at most sixteen', () => {
    const text = `<root>${service('WANIPConnection:1').repeat(200)}</root>`;
    expect(readDescription(text, from).services).toHaveLength(16);
  });

  it('is nothing without a way to ask', () => {
    expect(readDescription(`<root>${service('WANIPConnection:1', '')}</root>`, from).services).toEqual([]);
  });
});

describe('an answer to a search', () => {
  const answer = (...lines: string[]) => Buffer.from(['HTTP/1.1 200 OK', ...lines, '', ''].join('\r\n'));
  const LOCATION = 'LOCATION: http://192.168.77.1:5000/d';
  const ST = 'ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1';

  it('says where, and whether it is about a router', () => {
    const expected = { location: 'http://192.168.77.1:5000/d', source: '192.168.77.1' };
    expect(readAnswer(answer(LOCATION, ST), '192.168.77.1')).toEqual({ ...expected, router: true });
    expect(readAnswer(answer('ST: upnp:rootdevice', LOCATION), '192.168.77.1')).toEqual({ ...expected, router: false });
    expect(
      readAnswer(Buffer.from(`HTTP/1.0 200\n${LOCATION}\nusn : x::urn:a:service:WANIPConnection:1`), '192.168.77.1'),
    ).toEqual({
      ...expected,
      router: true,
    });
  });

  it.each([
    ['a search of somebody', Buffer.from(`M-SEARCH * HTTP/1.1\r\n${LOCATION}\r\n\r\n`)],
    ['a notice', Buffer.from(`NOTIFY * HTTP/1.1\r\n${LOCATION}\r\n\r\n`)],
    ['a refusal', Buffer.from(`HTTP/1.1 404 Not Found\r\n${LOCATION}\r\n\r\n`)],
    ['no LOCATION', answer(ST)],
    ['an empty LOCATION', answer('LOCATION:', ST)],
    ['a header without a name', answer(LOCATION, ': x')],
    ['a header that is none', answer(LOCATION, 'nonsense')],
    ['control signs', answer(`${LOCATION}\0`)],
    ['too many headers', answer(LOCATION, ...Array<string>(100).fill('A: b'))],
    ['too long', answer(LOCATION, `A: ${'b'.repeat(3000)}`)],
    ['nothing', Buffer.alloc(0)],
  ])('is not: %s', (_, message) => {
    expect(readAnswer(message, '192.168.77.1')).toBeUndefined();
  });
});

describe('a call', () => {
  it('has its arguments in order, quoted', () => {
    const { body, headers } = soapCall('urn:schemas-upnp-org:service:WANIPConnection:1', 'Do', [
      ['B', '<&>'],
      ['A', 1],
    ]);
    expect(body).toContain(
      '<u:Do xmlns:u="urn:schemas-upnp-org:service:WANIPConnection:1"><B>&lt;&amp;&gt;</B><A>1</A></u:Do>',
    );
    expect(headers.SOAPAction).toBe('"urn:schemas-upnp-org:service:WANIPConnection:1#Do"');
  });

  const fault = (code: string) =>
    `<E:Envelope><E:Body><E:Fault><faultcode>s:Client</faultcode><detail><u:UPnPError><errorCode>${code}</errorCode></u:UPnPError></detail></E:Fault></E:Body></E:Envelope>`;

  it('is answered by values or by a number', () => {
    const body = '<ENVELOPE><BODY><m:DOResponse><NewX> 1 </NewX></m:DOResponse></BODY></ENVELOPE>';
    expect(readResult('Do', { status: 200, body })).toEqual({ ok: true, values: new Map([['newx', '1']]) });
    expect(readResult('Do', { status: 500, body: fault('718') })).toEqual({ ok: false, code: 718 });
    expect(readResult('Do', { status: 200, body: fault('718') })).toEqual({ ok: false, code: 718 });
  });

  it.each([
    ['another status', 404, ''],
    ['a redirect', 307, ''],
    ['no reason', 500, ''],
    ['values with a failure', 500, '<Envelope><Body><DoResponse/></Body></Envelope>'],
    ['an answer to something else', 200, '<Envelope><Body><OtherResponse/></Body></Envelope>'],
    ['no body', 200, '<Envelope/>'],
    ['a refusal by words', 500, fault('no')],
    ['a refusal by a long number', 500, fault('99999999999')],
  ])('is not answered by %s', (_, status, body) => {
    expect(() => readResult('Do', { status, body })).toThrow();
  });
});

describe('what a refusal means', () => {
  const kinds = (codes: readonly number[], firewall: boolean, leased = false) =>
    Object.fromEntries(
      codes.map((code) => {
        const error = refusal(code, { phase: 'install', firewall, leased });
        expect(error).toBeInstanceOf(MappingError);
        expect(error).toMatchObject({
          raw: code,
          protocol: 'upnp',
          phase: 'install',
          code: `reachability.${error.reason}`,
        });
        return [code, `${error.kind} ${error.reason}`];
      }),
    );

  it('for port forwardings', () => {
    const codes = [401, 402, 501, 600, 601, 602, 603, 604, 605, 606, 713, 714, 715, 716, 718].concat([
      724, 725, 726, 727, 728, 729, 732, 733, 899,
    ]);
    expect(kinds(codes, false)).toEqual({
      401: 'unavailable other-dialect',
      402: 'refused bad-request',
      501: 'refused no-resources',
      600: 'refused bad-request',
      601: 'refused bad-request',
      602: 'unavailable other-dialect',
      603: 'refused no-resources',
      604: 'refused not-authorized',
      605: 'refused bad-request',
      606: 'refused not-authorized',
      713: 'refused bad-request',
      714: 'refused bad-request',
      715: 'refused bad-request',
      716: 'refused bad-request',
      718: 'refused conflict',
      724: 'refused same-port-only',
      725: 'refused permanent-only',
      726: 'refused bad-request',
      727: 'refused bad-request',
      728: 'refused no-resources',
      729: 'refused conflict',
      732: 'refused bad-request',
      733: 'refused bad-request',
      899: 'refused bad-request',
    });
    expect(kinds([402], false, true)).toEqual({ 402: 'refused permanent-only' });
  });

  it('for holes in the IPv6 firewall', () => {
    expect(kinds([401, 402, 501, 602, 606, 701, 703, 704, 705, 706, 707, 708, 709], true, true)).toEqual({
      401: 'unavailable other-dialect',
      402: 'refused bad-request',
      501: 'refused no-resources',
      602: 'unavailable other-dialect',
      606: 'refused not-authorized',
      701: 'refused no-resources',
      703: 'refused not-authorized',
      704: 'refused bad-request',
      705: 'refused bad-request',
      706: 'refused bad-request',
      707: 'refused bad-request',
      708: 'refused bad-request',
      709: 'refused bad-request',
    });
  });
});
