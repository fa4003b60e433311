import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { outerHosts, placeOf, placesOf, usualPlaces } from '../../../../src-main/backends/inference/places.ts';
import { environmentOf } from '../../../../src-main/backends/inference/services.ts';
import { files, type Surroundings } from '../../../../src-main/backends/inference/surroundings.ts';
import { gatewayOf, windowsHost } from '../../../../src-main/backends/inference/wsl.ts';
import { HandClock } from '../../../support/clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const NONE: ReadonlySet<string> = new Set();

/** A computer with these files, under a folder of the test's own. */
function computer(
  texts: Readonly<Record<string, string>> = {},
  facts: Partial<Pick<Surroundings, 'platform' | 'env'>> = {},
): Surroundings {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return { platform: 'linux', env: {}, home: '/home/ada', ...facts, ...files(root) };
}

async function look(around: Surroundings, hosts = NONE) {
  const places = await usualPlaces({ clock: new HandClock(), hosts, around });
  return places
    .filter(({ source }) => source !== 'usual')
    .map(({ url, source, skip }) => [source, url, skip !== undefined]);
}

const ELSEWHERE = true;
const service = (...lines: string[]) => ['[Unit]', 'Description=Ollama', '[Service]', ...lines].join('\n');

describe('usualPlaces', () => {
  it('are both loopback addresses of the usual ports, the kinds of Hearth first', async () => {
    const places = await usualPlaces({ clock: new HandClock(), hosts: NONE, around: computer() });
    const tails = [11434, 1234, 8000, 8080, 9337, 1337, 30000, 5001, 5000, 4891, 52415, '12434/engines'];
    expect(places).toEqual(
      tails.flatMap((tail) => [
        { url: `http://127.0.0.1:${tail}`, source: 'usual' },
        { url: `http://[::1]:${tail}`, source: 'usual' },
      ]),
    );
  });

  it('begin where OLLAMA_HOST points to, each address once', async () => {
    const around = computer({}, { env: { OLLAMA_HOST: 'localhost:4000' } });
    expect(await look(around)).toEqual([['ollama-host', 'http://localhost:4000', false]]);
    const usual = computer({}, { env: { OLLAMA_HOST: '127.0.0.1' } });
    const places = await usualPlaces({ clock: new HandClock(), hosts: NONE, around: usual });
    expect(places.filter(({ url }) => url === 'http://127.0.0.1:11434')).toEqual([
      { url: 'http://127.0.0.1:11434', source: 'ollama-host' },
    ]);
  });

  it('wait for no disk that does not answer', async () => {
    const clock = new HandClock();
    const around = { ...computer(), list: () => new Promise<string[]>(() => {}) };
    const looking = usualPlaces({ clock, hosts: NONE, around });
    await clock.turn(300);
    expect((await looking).length).toBe(24);
    expect(clock.timers).toBe(0);
  });
});

describe('a value of OLLAMA_HOST', () => {
  it.each<[string, string[]]>([
    ['127.0.0.1:4000', ['http://127.0.0.1:4000']],
    ['127.0.0.1', ['http://127.0.0.1:11434']],
    ['localhost', ['http://localhost:11434']],
    [':4000', ['http://127.0.0.1:4000']],
    ['0.0.0.0', ['http://127.0.0.1:11434', 'http://[::1]:11434']],
    ['0.0.0.0:4000', ['http://127.0.0.1:4000', 'http://[::1]:4000']],
    ['[::]:4000', ['http://127.0.0.1:4000', 'http://[::1]:4000']],
    ['::', ['http://127.0.0.1:11434', 'http://[::1]:11434']],
    ['::1', ['http://[::1]:11434']],
    ['[::1]:4000', ['http://[::1]:4000']],
    ['http://127.0.0.1:4000/', ['http://127.0.0.1:4000']],
    ['http://localhost', ['http://localhost']],
    ['https://localhost', ['https://localhost']],
    ['127.0.0.1:80', ['http://127.0.0.1:80']],
    [' "127.0.0.1:4000" ', ['http://127.0.0.1:4000']],
    ['192.168.1.5:4000', ['http://192.168.1.5:4000']],
    ['', []],
    ['::::', []],
    ['ftp://127.0.0.1', []],
    ['http://user:secret@127.0.0.1', []],
  ])('is read: %s', (value, urls) => {
    const places = placesOf(value, 'ollama-host', new Set(['192.168.1.5']));
    expect(places).toEqual(urls.map((url) => ({ url, source: 'ollama-host' })));
  });

  it.each(['192.168.1.9', 'https://ollama.com', 'attic.local:11434', '[fd00::9]:11434', '10.0.0.1'])(
    'that points to another computer is shown, not followed: %s',
    (value) => {
      const places = placesOf(value, 'ollama-host', new Set(['192.168.1.5']));
      expect(places).toMatchObject([{ skip: { code: 'probe.elsewhere' } }]);
    },
  );
});

describe('services', () => {
  it('of systemd are read as systemd does: drop-ins after the unit, /etc before /usr/lib, the user’s too', async () => {
    const around = computer({
      '/usr/lib/systemd/system/ollama.service': service('Environment="OLLAMA_HOST=127.0.0.1:4001"'),
      '/etc/systemd/system/ollama.service': service('Environment="OLLAMA_HOST=127.0.0.1:4002"'),
      '/etc/systemd/system/ollama.service.d/override.conf': '[Service]\nEnvironment="OLLAMA_HOST=0.0.0.0:4003" "X=1"\n',
      '/etc/systemd/system/ollama.service.d/readme.txt': 'Environment="OLLAMA_HOST=127.0.0.1:4004"',
      '/etc/systemd/system/ollama-gpu2.service': service('Environment=OLLAMA_HOST=192.168.1.5:4005'),
      '/etc/systemd/system/nginx.service': service('Environment=OLLAMA_HOST=127.0.0.1:4006'),
      '/home/ada/.config/systemd/user/ollama.service': service('Environment=OLLAMA_HOST=ollama.lan'),
    });
    expect(await look(around, new Set(['192.168.1.5']))).toEqual([
      ['service', 'http://127.0.0.1:4003', false],
      ['service', 'http://[::1]:4003', false],
      ['service', 'http://192.168.1.5:4005', false],
      ['service', 'http://ollama.lan:11434', ELSEWHERE],
    ]);
  });

  it.each<[string, string | undefined]>([
    ['Environment="A=1" "OLLAMA_HOST=h"', 'h'],
    ["Environment='OLLAMA_HOST=h'", 'h'],
    ['Environment=OLLAMA_HOST="h"', 'h'],
    ['  Environment = A=1 OLLAMA_HOST=h', 'h'],
    ['Environment=A=1 \\\n OLLAMA_HOST=h', 'h'],
    ['Environment=OLLAMA_HOST=a\nEnvironment=OLLAMA_HOST=h\r\n', 'h'],
    ['Environment=OLLAMA_HOST=a\nEnvironment=\n', undefined],
    ['#Environment=OLLAMA_HOST=a', undefined],
    ['EnvironmentFile=OLLAMA_HOST=a', undefined],
    ['Environment=XOLLAMA_HOST=a', undefined],
  ])('say their environment in lines like %j', (text, value) => {
    expect(environmentOf(text).get('OLLAMA_HOST')).toBe(value);
  });

  it('of launchd are read where their property list is text', async () => {
    const plist = (value: string) =>
      `<plist><dict><key>EnvironmentVariables</key><dict><key>OLLAMA_HOST</key>\n<string>${value}</string></dict></dict></plist>`;
    const around = computer(
      {
        '/home/ada/Library/LaunchAgents/homebrew.mxcl.ollama.plist': plist('127.0.0.1:4001'),
        '/home/ada/Library/LaunchAgents/com.example.other.plist': plist('127.0.0.1:4002'),
        '/Library/LaunchDaemons/com.ollama.plist': plist('attic.local'),
        '/Library/LaunchAgents/ollama.binary.plist': 'bplist00\u0000OLLAMA_HOST',
        '/etc/systemd/system/ollama.service': service('Environment=OLLAMA_HOST=127.0.0.1:4003'),
      },
      { platform: 'darwin' },
    );
    expect(await look(around)).toEqual([
      ['service', 'http://127.0.0.1:4001', false],
      ['service', 'http://attic.local:11434', ELSEWHERE],
    ]);
  });

  it('are not looked for on Windows', async () => {
    const around = computer(
      { '/etc/systemd/system/ollama.service': service('Environment=OLLAMA_HOST=127.0.0.1:4003') },
      { platform: 'win32', env: { OLLAMA_HOST: '127.0.0.1:4004' } },
    );
    expect(await look(around)).toEqual([['ollama-host', 'http://127.0.0.1:4004', false]]);
  });

  it('are many at most', async () => {
    const units = Array.from({ length: 100 }, (_, i) => [
      `/etc/systemd/system/ollama-${i}.service`,
      service(`Environment=OLLAMA_HOST=127.0.0.1:${5000 + i}`),
    ]);
    expect((await look(computer(Object.fromEntries(units)))).length).toBeLessThanOrEqual(8);
  });
});

describe('Windows seen from WSL', () => {
  const WSL2 = 'Linux version 5.15.167.4-microsoft-standard-WSL2 (root@f9c826d3017f) (gcc) #1 SMP\n';
  const routes = (gateway: string, flags = '0003') =>
    `Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\neth0\t0020A8AC\t00000000\t0001\t0\t0\t0\t00F0FFFF\neth0\t00000000\t${gateway}\t${flags}\t0\t0\t0\t00000000\n`;
  const arp = (address: string, card: string) =>
    `IP address       HW type     Flags       HW address            Mask     Device\n${address}     0x1         0x2         ${card}     *        eth0\n`;
  const NAT = { '/proc/version': WSL2, '/proc/net/route': routes('012019AC'), '/sys/class/net/eth0/mtu': '1500' };

  it('is the gateway of its usual network, for Ollama and LM Studio', async () => {
    expect(await look(computer(NAT))).toEqual([
      ['wsl', 'http://172.25.32.1:11434', false],
      ['wsl', 'http://172.25.32.1:1234', false],
    ]);
  });

  it.each<[string, Readonly<Record<string, string>>, string | undefined]>([
    [
      'a gateway with a card of Hyper-V',
      { ...NAT, '/proc/net/arp': arp('172.25.32.1', '00:15:5d:a1:b2:c3') },
      '172.25.32.1',
    ],
    [
      'the same in another range',
      { ...NAT, '/proc/net/route': routes('0101A8C0'), '/proc/net/arp': arp('192.168.1.1', '00:15:5D:A1:B2:C3') },
      '192.168.1.1',
    ],
    ['a router', { ...NAT, '/proc/net/arp': arp('172.25.32.1', '3c:37:12:00:00:01') }, undefined],
    ['what may be a router', { ...NAT, '/proc/net/route': routes('0101A8C0') }, undefined],
    ['mirrored networking', { ...NAT, '/sys/class/net/loopback0/mtu': '1500' }, undefined],
    ['WSL 1', { ...NAT, '/proc/version': 'Linux version 4.4.0-19041-Microsoft (gcc)' }, undefined],
    ['another Linux', { ...NAT, '/proc/version': 'Linux version 6.1.0-13-amd64 (debian-kernel)' }, undefined],
    ['no network', { '/proc/version': WSL2 }, undefined],
    ['a route that is down', { ...NAT, '/proc/net/route': routes('012019AC', '0002') }, undefined],
    ['no gateway', { ...NAT, '/proc/net/route': routes('00000000') }, undefined],
    ['nonsense', { ...NAT, '/proc/net/route': 'a\nb c d\n' }, undefined],
  ])('with %s', async (_, texts, host) => {
    expect(await windowsHost(computer(texts))).toBe(host);
  });

  it('is not looked for elsewhere', async () => {
    expect(await windowsHost(computer(NAT, { platform: 'win32' }))).toBeUndefined();
  });

  it('reads addresses back to front', () => {
    expect(gatewayOf(routes('0102A8C0'))).toBe('192.168.2.1');
  });
});

describe('placeOf', () => {
  it('is the same for all names of this computer, and no other', () => {
    const hosts = new Set(['192.168.1.5', '[fd00::5]']);
    const urls = [
      'http://127.0.0.1:80',
      'http://localhost',
      'http://[::1]/v1',
      'http://192.168.1.5',
      'http://[fd00::5]',
    ];
    const here = urls.map((url) => placeOf(url, hosts));
    expect(new Set(here).size).toBe(1);
    const others = ['http://127.0.0.1:81', 'http://10.0.0.1', 'https://localhost', 'http://localhost/under'];
    expect(new Set([...here, ...others.map((url) => placeOf(url, hosts))]).size).toBe(5);
  });
});

describe('outerHosts', () => {
  it('are the addresses of all cards but loopback, as URLs write them', () => {
    const card = { netmask: '', mac: '', cidr: null };
    const four = (address: string, internal = false) => ({ ...card, family: 'IPv4' as const, address, internal });
    const six = (address: string, internal = false) => {
      return { ...card, family: 'IPv6' as const, address, internal, scopeid: 0 };
    };
    const hosts = outerHosts(() => ({
      lo: [four('127.0.0.1', true), six('::1', true)],
      eth0: [four('192.168.1.5'), six('fd00:0:0::5'), six('fe80::1')],
      docker0: [four('172.17.0.1')],
      none: undefined,
    }));
    expect([...hosts]).toEqual(['192.168.1.5', '[fd00::5]', '172.17.0.1']);
  });

  it('are none where the system does not tell', () => {
    const hosts = outerHosts(() => {
      throw new Error('not permitted');
    });
    expect(hosts.size).toBe(0);
  });
});
