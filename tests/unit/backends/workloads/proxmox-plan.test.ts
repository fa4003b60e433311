// What Proxmox VE is told of a box, and how a program's answer is cut out of what a terminal prints.
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BoxSpec } from '../../../../src-main/backends/workloads/backend.ts';
import { specHash } from '../../../../src-main/backends/workloads/box-plan.ts';
import { written } from '../../../../src-main/backends/workloads/proxmox/client.ts';
import {
  containerPlan,
  contentOf,
  firewallRules,
  isKept,
  portsIn,
  taggedAs,
  tagsOf,
  templateOf,
} from '../../../../src-main/backends/workloads/proxmox/plan.ts';
import { linesOf, TerminalReader } from '../../../../src-main/backends/workloads/proxmox/terminal.ts';

const SPEC: BoxSpec = {
  id: 'paygress-lease-1',
  image: 'pve:120:local:vztmpl/debian-12_12.7-1_amd64.tar.zst',
  login: { password: 'aSecretWord12' },
  env: { A: 'aSecretToo' },
  cpuMillicores: 1500,
  memoryMiB: 512,
  diskMiB: 5000,
  pids: 128,
  ports: [{ host: 31_000, box: 22, protocol: 'tcp' }],
  network: 'internet',
  dataPath: null,
  readOnlyRoot: false,
};
const plan = (spec: BoxSpec = SPEC) =>
  containerPlan({
    installation: '0123456789abcdef',
    spec,
    vmid: 1000,
    volid: 'local:vztmpl/debian-12_12.7-1_amd64.tar.zst',
    storage: 'local-lvm',
    bridge: 'vmbr0',
    mbitPerSecond: 20,
  });

describe('a container of Proxmox VE', () => {
  it('has what was sold, and nothing of its node', () => {
    expect(plan()).toMatchObject({
      rootfs: 'local-lvm:4.8828125',
      cores: 2,
      cpulimit: 1.5,
      memory: 512,
      swap: 0,
      unprivileged: true,
      features: 'nesting=0',
      net0: 'name=eth0,bridge=vmbr0,firewall=1,ip=dhcp,rate=2.5',
      start: false,
      onboot: false,
    });
    const { password, ...shown } = plan();
    expect(password).toBe('aSecretWord12');
    expect(JSON.stringify(shown)).not.toMatch(/aSecret/);
  });

  it('has a name that a host may have, however long its own is', () => {
    expect(plan({ ...SPEC, id: 'x'.repeat(40) }).hostname.length).toBeLessThanOrEqual(63);
  });

  it('is known by its tags, in whatever order and case they come back, to its own installation alone', () => {
    const ids = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,39}$/);
    fc.assert(
      fc.property(ids, fc.string(), fc.string(), (id, own, other) => {
        const tags = tagsOf(own, { ...SPEC, id })
          .split(';')
          .toSorted()
          .join(';');
        expect(tags).toMatch(/^[a-z0-9;_-]+$/);
        expect(taggedAs(own, tags)).toEqual({ id, spec: specHash({ ...SPEC, id }) });
        if (other !== own) expect(taggedAs(other, tags)).toBeUndefined();
      }),
    );
  });

  it('says its ports in a text that comes back with a line’s end, or written for an address', () => {
    const { description } = plan({ ...SPEC, ports: [...SPEC.ports, { host: 31_001, box: 80, protocol: 'tcp' }] });
    const ports = [
      { host: 31_000, box: 22, protocol: 'tcp' },
      { host: 31_001, box: 80, protocol: 'tcp' },
    ];
    for (const kept of [description, `${description}\n`, description.replaceAll(':', '%3A')])
      expect(portsIn(kept)).toEqual(ports);
    expect(portsIn('')).toEqual([]);
  });

  it('begins with a template by its name and its length', () => {
    const content = templateOf(SPEC.image)!;
    expect(content).toEqual({ volid: 'local:vztmpl/debian-12_12.7-1_amd64.tar.zst', size: 120 });
    expect(contentOf(content)).toBe(SPEC.image);
    for (const strange of ['', 'sha256:1', 'pve:1:local:iso/x.iso', 'pve:1:local:vztmpl/../x', 'pve:x:local:vztmpl/x'])
      expect(templateOf(strange)).toBeUndefined();
  });
});

describe('its firewall', () => {
  const rules = (network: BoxSpec['network'], networks: readonly string[] = ['203.0.114.7/24']) =>
    firewallRules({ spec: { ...SPEC, network }, networks, from: ['192.168.1.20'] });

  it('lets customers in by this computer, and boxes out to public addresses without mail', () => {
    const [customers, ...out] = rules('internet');
    expect(customers).toMatchObject({
      type: 'in',
      action: 'ACCEPT',
      source: '192.168.1.20',
      proto: 'tcp',
      dport: '22',
    });
    const firstOpen = out.findIndex(({ action }) => action === 'ACCEPT');
    expect(out.slice(firstOpen).map(({ dest }) => dest)).toEqual(['0.0.0.0/1', '128.0.0.0/1']);
    const closed = out.slice(0, firstOpen);
    expect(closed.map(({ dest = '' }) => dest).join()).toContain('203.0.114.0/24');
    for (const network of ['10.0.0.0/8', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10'])
      expect(closed.map(({ dest = '' }) => dest).join()).toContain(network);
    expect(closed.filter(({ dport }) => dport === '25,465,587').map(({ proto }) => proto)).toEqual(['tcp', 'udp']);
  });

  it('lets a box without the Internet answer, and nothing else', () => {
    expect(rules('none').map(({ type }) => type)).toEqual(['in']);
  });

  it('has no list that is longer than the engine takes, however many networks there are', () => {
    const many = Array.from({ length: 300 }, (_, at) => `203.${at % 250}.${at}.0/24`.replace(/\.(\d{3})\./, '.$1.'));
    const lists = rules(
      'internet',
      many.map((one) => one.replace(/\.\d{3}\.0\//, '.9.0/')),
    );
    for (const { dest } of lists) expect(String(dest ?? '').length).toBeLessThanOrEqual(512);
  });

  it('is kept where each rule comes back as it was told, with more members', () => {
    const told = rules('internet');
    const kept = told.map((rule, pos) => ({ ...written(rule), pos: `${pos}`, digest: 'x' }));
    expect(isKept(told, kept)).toBe(true);
    expect(isKept(told, kept.toReversed())).toBe(false);
    expect(isKept(told, kept.slice(1))).toBe(false);
    expect(isKept(told, [{ type: 'out', action: 'ACCEPT' }, ...kept])).toBe(false);
  });
});

describe('a terminal', () => {
  const mark = 'abcdefabcdefabcdefabcdef';

  it('says what a program printed and how it ended, in whatever pieces it comes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.array(fc.nat({ max: 400 }), { maxLength: 8 }),
        (bytes, cuts) => {
          const text = Buffer.from(bytes).toString('base64');
          const all = Buffer.from(`# echo\n${mark}-begin\n${text}${mark}-end:7\nmore`);
          const at = [0, ...cuts.map((cut) => Math.min(cut, all.length)).toSorted((a, b) => a - b), all.length];
          const reader = new TerminalReader(mark, 1000);
          const ended = at.slice(1).map((end, index) => reader.read(all.subarray(at[index], end)));
          expect(ended.find((each) => each !== undefined)).toEqual({ exitCode: 7, output: text });
        },
      ),
    );
  });

  it('keeps no more than is wanted of it', () => {
    const reader = new TerminalReader(mark, 10);
    expect(reader.read(Buffer.from(`${mark}-begin\n${'x'.repeat(5000)}`))).toBeUndefined();
    expect(reader.read(Buffer.from(`${'x'.repeat(5000)}${mark}-end:0\n`))).toEqual({
      exitCode: 0,
      output: 'xxxxxxxxxx',
    });
  });

  it.skipIf(process.platform === 'win32')('is typed what a shell runs as it was meant, whatever the words are', () => {
    const words = fc.array(
      fc.string({ maxLength: 40 }).filter((word) => !word.includes('\0')),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(words, (said) => {
        const lines = linesOf(['printf', '%s|', ...said], mark)
          .join('\n')
          .replace('stty -echo -onlcr; ', '');
        const printed = execFileSync('/bin/sh', { input: `${lines}\n` });
        const reader = new TerminalReader(mark, 10_000);
        expect(reader.read(printed)).toEqual({ exitCode: 0, output: `${said.join('|')}|` });
      }),
      { numRuns: 30 },
    );
    // The shell would end what it is typed after so many characters.
    for (const line of linesOf(['echo', 'x'.repeat(20_000)], mark)) expect(line.length).toBeLessThan(4000);
  });
});
