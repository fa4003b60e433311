// What the page Capacity says of an engine elsewhere.
import { beforeAll, describe, expect, it } from 'vitest';
import type { LimitsView } from '../../../../src-preload/contract/limits.ts';
import { speak } from '../speech.ts';
import { elsewhereCard } from './elsewhere.tsx';

const capacity = { cpuMillicores: 64_000, memoryMiB: 262_144, diskMiB: 1_048_576 };
const engine = { make: 'proxmox', at: 'https://pve:8006', rootless: false, capacity, lends: capacity } as const;
const resources = { slots: 0, cpuMillicores: 24_000, memoryMiB: 65_536, diskMiB: 131_072, gpuMiB: 0, ports: 2 };
const limits: LimitsView = {
  at: 1,
  room: 0,
  most: 0,
  limits: [],
  binding: null,
  lends: { ...resources, slots: 1 },
  held: [],
  elsewhere: [{ network: 'boxes', kind: 'lease', claims: 3, resources, until: null }],
};

/** Around what strangers name. */
const ISOLATES = /[\u2068\u2069]/g;

describe('the card of an engine elsewhere', () => {
  beforeAll(async () => void (await speak('en')));

  it('says which it is, and who has how much of it', () => {
    const card = elsewhereCard(engine, limits).replaceAll(ISOLATES, '');
    expect(card).toContain('Proxmox VE answers at https://pve:8006.');
    expect(card).toContain('Processor threads: 64. boxes 24 and Lent, free 40.');
    expect(card).toContain('Memory: 256 GB. boxes 64 GB and Lent, free 192 GB.');
    expect(card).not.toContain('does not say');
  });

  it('says that nothing is known of its disk', () => {
    const unsaid = { ...capacity, diskMiB: null };
    const card = elsewhereCard({ ...engine, capacity: unsaid, lends: unsaid }, limits);
    expect(card).toContain('It does not say how much disk it has.');
    expect(card).not.toContain('Disk:');
  });

  it('is not there for an engine on this computer', () => {
    expect(elsewhereCard({ ...engine, lends: null }, limits)).toBe('');
  });
});
