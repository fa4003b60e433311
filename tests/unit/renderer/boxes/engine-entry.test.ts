// What the form of the engine says, as the setting has it.
import { describe, expect, it } from 'vitest';
import { boxesSettings } from '../../../../src-preload/contract/settings/boxes.ts';
import {
  ENGINES,
  type Engine,
  type Entry,
  engines,
  entriesOf,
  linesOf,
  read,
} from '../../../../src-renderer/parts/boxes/engine-entry.ts';

const NODE = { at: 'https://pve:8006', certificates: '/keys' };

describe('the form of the engine', () => {
  it.each<[Engine, Entry, object]>([
    ['containers', {}, {}],
    ['containers', { at: ' ssh://me@server ' }, { at: 'ssh://me@server' }],
    [
      'containers',
      { at: 'tcp://server:2376', certificates: '/keys' },
      { at: 'tcp://server:2376', certificates: '/keys' },
    ],
    [
      'containers',
      { at: 'ssh://me@server', cores: '8', memoryGiB: ' 64 ', diskGiB: '500' },
      { at: 'ssh://me@server', cores: 8, memoryGiB: 64, diskGiB: 500 },
    ],
    [
      'lxd',
      { socket: '/var/lib/incus/unix.socket', pool: 'fast' },
      { socket: '/var/lib/incus/unix.socket', pool: 'fast' },
    ],
    ['proxmox', NODE, { ...NODE, storage: 'local-lvm', bridge: 'vmbr0', vmids: [1000, 1999] }],
    ['proxmox', { ...NODE, vmids: '200 – 299' }, { ...NODE, storage: 'local-lvm', bridge: 'vmbr0', vmids: [200, 299] }],
    [
      'kubernetes',
      { certificates: '/keys', cores: '8', service: 'LoadBalancer', address: 'boxes.example.com' },
      {
        certificates: '/keys',
        cores: 8,
        service: 'LoadBalancer',
        address: 'boxes.example.com',
        toolbox: 'docker.io/library/debian:12-slim',
      },
    ],
  ])('of %s is read as the setting has it: %j', (engine, entry, choice) => {
    expect(read(engine, entry)).toEqual({ wrong: new Set(), choice: { engine, ...choice } });
  });

  it.each<[Engine, Entry, readonly string[]]>([
    ['containers', { at: 'server' }, ['at']],
    ['containers', { at: 'tcp://server:2376' }, ['certificates']],
    ['containers', { certificates: 'keys' }, ['certificates']],
    ['lxd', { at: 'https://server:8443' }, ['certificates']],
    ['lxd', { at: 'https://server:8443', certificates: '/keys', socket: '/s' }, ['socket']],
    ['lxd', { pool: 'a b' }, ['pool']],
    ['proxmox', {}, ['at', 'certificates']],
    ['proxmox', { ...NODE, memoryGiB: '0', diskGiB: '1.5' }, ['diskGiB', 'memoryGiB']],
    ['proxmox', { ...NODE, vmids: '1000' }, ['vmids']],
    ['proxmox', { ...NODE, vmids: '99-200' }, ['vmids']],
    ['proxmox', { ...NODE, bridge: '0' }, ['bridge']],
    ['kubernetes', {}, ['certificates']],
    ['kubernetes', { certificates: '/keys', cores: 'some' }, ['cores']],
    ['kubernetes', { certificates: '/keys', service: 'LoadBalancer' }, ['address']],
  ])('of %s can’t be saved with %j, and says where', (engine, entry, wrong) => {
    const reading = read(engine, entry);
    expect([[...reading.wrong].sort(), reading.choice]).toEqual([wrong, undefined]);
  });

  it('begins with what is in force, and what is typed for one engine is not taken for another', () => {
    const choice = {
      engine: 'proxmox' as const,
      ...NODE,
      storage: 'local',
      bridge: 'vmbr1',
      vmids: [200, 299] as [number, number],
    };
    const entries = entriesOf(choice);
    expect(Object.keys(entries)).toEqual(['proxmox']);
    expect(read('proxmox', entries.proxmox!).choice).toEqual(choice);
  });

  it('takes its own examples', () => {
    for (const engine of engines) {
      const examples: Entry = ENGINES[engine];
      const typed = { ...examples, at: examples.at?.split(', ')[0] ?? '', certificates: '/keys', socket: '' };
      expect([engine, [...read(engine, typed).wrong]]).toEqual([engine, []]);
    }
  });

  it('knows what an engine can’t do without', () => {
    const needed = (engine: Engine) => linesOf(engine).flatMap(({ member, needed }) => (needed ? [member] : []));
    expect(engines.map(needed)).toEqual([[], [], ['at', 'certificates'], ['certificates']]);
    expect(engines[0]).toBe(boxesSettings['backends.boxEngine'].initial.engine);
  });
});
