// What a network gets of the node: its own settings and endpoints, and no other network's.
import { describe, expect, it } from 'vitest';
import { addressesOf, settingsOf } from '../../../src-main/engine/network-hosts.ts';
import type { HostSettings } from '../../../src-main/networks/host.ts';
import type { NetworkId } from '../../../src-preload/contract/networks/index.ts';
import type { SettingPath } from '../../../src-preload/contract/settings/index.ts';

function settings() {
  const listeners = new Set<(path: SettingPath) => void>();
  const held: HostSettings = {
    get: ((path: string) => `value of ${path}`) as never,
    isSet: () => true,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return { held, listeners };
}

describe('the settings of a network', () => {
  it('are its own, and those that bind every network', () => {
    const own = settingsOf('iicp', settings().held);
    for (const path of [
      'networks.iicp.port',
      'pricing.iicp.multiplier',
      'capacity.maxConcurrent',
      'node.region',
    ] as const) {
      expect([own.get(path), own.isSet(path)]).toEqual([`value of ${path}`, true]);
    }
  });

  it.each(['ui.theme', 'backends.inference', 'networks.iicp.port', 'pricing.iicp.sign'] as const)(
    'hold back %s from a network that it is not for',
    (path) => {
      const other = settingsOf('parcel' as NetworkId, settings().held);
      expect(() => other.get(path)).toThrow('is no setting of parcel');
      expect(() => other.isSet(path)).toThrow('is no setting of parcel');
    },
  );

  it('say nothing of changes of others', () => {
    const { held, listeners } = settings();
    const heard: string[] = [];
    const off = settingsOf('iicp', held).onChange((path) => heard.push(path));
    for (const path of ['ui.theme', 'networks.iicp.port', 'capacity.maxConcurrent'] as const) {
      for (const listener of listeners) listener(path);
    }
    off();
    expect([heard, listeners.size]).toEqual([['networks.iicp.port', 'capacity.maxConcurrent'], 0]);
  });
});

describe('the endpoints of a network', () => {
  it('have names of its own, so that it closes none of another network', () => {
    const opened: string[] = [];
    const own = addressesOf('iicp', { open: ({ id }) => ({ close: () => opened.push(id) }) as never });
    const open = (id: string) => own.open({ id, transport: 'tcp', port: 9484, purpose: 'x' });
    for (const id of ['iicp', 'iicp-relay']) open(id).close();
    for (const id of ['parcel', 'iicpx', 'parcel-iicp-']) expect(() => open(id)).toThrow('begins with its name');
    expect(opened).toEqual(['iicp', 'iicp-relay']);
  });
});
