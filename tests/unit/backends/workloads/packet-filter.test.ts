import { describe, expect, it } from 'vitest';
import { handedOnIn, packetFilter } from '../../../../src-main/backends/workloads/packet-filter.ts';

const ports = [
  { host: 31_000, box: 22, protocol: 'tcp' },
  { host: 31_001, box: 80, protocol: 'tcp' },
  { host: 31_002, box: 80, protocol: 'tcp' },
  { host: 31_003, box: 53, protocol: 'udp' },
] as const;
const linesOf = (text: string) => text.split('\n').map((line) => line.trim());

describe('the packet filter of a box', () => {
  const open = linesOf(
    packetFilter({
      ports,
      network: 'internet',
      ownNetworks: ['11.22.33.44/24'],
      mbitPerSecond: 20,
      monthlyBytes: null,
      handedOn: false,
    }),
  );

  it('drops what no rule lets through', () => {
    expect(open.filter((line) => line.startsWith('type filter'))).toEqual([
      'type filter hook input priority filter; policy drop;',
      'type filter hook output priority filter; policy drop;',
      'type filter hook forward priority filter; policy drop;',
    ]);
  });

  it('lets in what comes to the ports that were sold', () => {
    expect(open.filter((line) => line.includes('dport') && line.endsWith('accept'))).toEqual([
      'tcp dport { 22, 80 } ct state new accept',
      'udp dport { 53 } ct state new accept',
    ]);
    const closed = packetFilter({
      ports: [],
      network: 'internet',
      ownNetworks: [],
      mbitPerSecond: 20,
      monthlyBytes: null,
      handedOn: false,
    });
    expect(linesOf(closed).some((line) => line.includes('dport') && line.endsWith('accept'))).toBe(false);
  });

  it('refuses IPv6, what is not public, and mail, before it lets anything new out', () => {
    const rules = open.slice(open.indexOf('chain output {') + 2, open.indexOf('chain forward {') - 1);
    expect(rules).toEqual([
      'oifname "lo" accept',
      'limit rate over 2500000 bytes/second burst 65536 bytes drop',
      'ct state established,related accept',
      'meta nfproto ipv6 reject with icmpx admin-prohibited',
      'ip daddr @closed reject with icmpx admin-prohibited',
      'meta l4proto { tcp, udp } th dport { 25, 465, 587 } reject with icmpx admin-prohibited',
      'ct state new ct count over 2048 reject with icmpx admin-prohibited',
      'ct state new limit rate over 200/second burst 200 packets drop',
      'ct state new accept',
    ]);
  });

  it('holds what comes in to the same pace as what goes out', () => {
    const pace = 'limit rate over 2500000 bytes/second burst 65536 bytes drop';
    expect(open.filter((line) => line === pace)).toHaveLength(2);
    expect(open.indexOf(pace)).toBeLessThan(open.indexOf('ct state established,related accept'));
  });

  it('lets nothing new out of a box without the Internet', () => {
    const rules = linesOf(
      packetFilter({ ports, network: 'none', ownNetworks: [], mbitPerSecond: 20, monthlyBytes: null, handedOn: false }),
    );
    expect(rules.filter((line) => line === 'ct state new accept')).toEqual([]);
    expect(rules).toContain('tcp dport { 22, 80 } ct state new accept');
  });

  it('counts what goes through both ways, where that has an end', () => {
    const of = { ports, network: 'internet', ownNetworks: [], mbitPerSecond: 20 } as const;
    const rules = linesOf(packetFilter({ ...of, monthlyBytes: 5_000_000_000, handedOn: false }));
    expect(rules).toContain('quota month { over 5000000000 bytes }');
    expect(rules.filter((line) => line === 'quota name "month" drop')).toHaveLength(2);
    // What was dropped for its speed has not gone through.
    const [pace, volume] = ['limit rate over', 'quota name'].map((beginning) =>
      rules.findIndex((line) => line.startsWith(beginning)),
    );
    expect(pace).toBeLessThan(volume!);
    expect(packetFilter({ ...of, monthlyBytes: null, handedOn: false })).not.toContain('quota');
  });

  it('holds what an engine hands on by the loopback device to the same, each way by itself, before it lets that through', () => {
    const of = { ports, network: 'none', ownNetworks: [], mbitPerSecond: 20, monthlyBytes: 5_000_000_000 } as const;
    const rules = linesOf(packetFilter({ ...of, handedOn: true }));
    for (const name of ['sent', 'taken']) {
      const begins = rules.indexOf(`chain ${name} {`);
      expect(rules.slice(begins + 1, begins + 5)).toEqual([
        'limit rate over 2500000 bytes/second burst 65536 bytes drop',
        'quota name "month" drop',
        `counter name "${name}"`,
        '}',
      ]);
    }
    const output = rules.slice(rules.indexOf('chain output {') + 2);
    expect(output.slice(0, 5)).toEqual([
      'oifname "lo" tcp sport { 22, 80 } jump sent',
      'oifname "lo" tcp dport { 22, 80 } jump taken',
      'oifname "lo" udp sport { 53 } jump sent',
      'oifname "lo" udp dport { 53 } jump taken',
      'oifname "lo" accept',
    ]);
    expect(packetFilter({ ...of, handedOn: false })).not.toContain('jump');
    expect(packetFilter({ ...of, ports: [], handedOn: true })).not.toContain('jump');
  });

  it('says how much was handed on, and nothing where nft says something else', () => {
    const listed =
      'table inet hearth {\n\tcounter sent {\n\t\tpackets 7 bytes 4200\n\t}\n\tcounter taken {\n\t\tpackets 1 bytes 60\n\t}\n}\n';
    expect(handedOnIn(listed)).toEqual({ sent: 4200, taken: 60 });
    expect(handedOnIn('Error: No such file or directory')).toEqual({ sent: 0, taken: 0 });
  });

  it('closes this computer’s own networks as well, and takes nothing else for one', () => {
    const elements = (ownNetworks: readonly string[]) =>
      linesOf(
        packetFilter({
          ports,
          network: 'internet',
          ownNetworks,
          mbitPerSecond: 20,
          monthlyBytes: null,
          handedOn: false,
        }),
      ).find((line) => line.startsWith('elements'))!;
    expect(elements(['11.22.33.44/24'])).toContain('224.0.0.0/3, 11.22.33.44/24 }');
    expect(elements(['11.0.0.1/8 } accept'])).not.toContain('accept');
    for (const [, network] of ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'].entries()) {
      expect(elements([])).toContain(network);
    }
  });
});
