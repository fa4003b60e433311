// Whether the line to the outside costs by volume, as far as the system knows by a setting or has guessed.

import { z } from 'zod';
import type { Run } from '../../base/run.ts';
import type { Bus } from './bus.ts';
import { type Metered, NO_ANSWER, NOT_HERE, reads, type Sensor } from './sensor.ts';

const MANAGER = {
  bus: 'system',
  service: 'org.freedesktop.NetworkManager',
  path: '/org/freedesktop/NetworkManager',
  face: 'org.freedesktop.NetworkManager',
} as const;

/** NetworkManager's NMMetered: 0 unknown, 1 yes, 2 no, 3 guessed yes, 4 guessed no. */
export function linuxMetered(bus: Bus): Sensor<Metered> {
  return {
    everyMs: 60_000,
    async read(signal) {
      const reading = await bus.property(MANAGER, 'Metered', z.number().int(), signal);
      if (!reading.ok) return reading;
      if (reading.value === 1 || reading.value === 3) return reads({ metered: true });
      return reading.value === 2 || reading.value === 4 ? reads({ metered: false }) : NOT_HERE;
    },
  };
}

/** Windows: the cost of the present connection. Asking starts PowerShell, so it is asked seldom. */
export function windowsMetered(run: Run): Sensor<Metered> {
  const ask =
    '[Windows.Networking.Connectivity.NetworkInformation,Windows,ContentType=WindowsRuntime]::GetInternetConnectionProfile().GetConnectionCost().NetworkCostType';
  return {
    everyMs: 600_000,
    async read(signal) {
      const answered = await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', ask], signal);
      if (answered.kind !== 'done') return answered.kind === 'missing' ? NOT_HERE : NO_ANSWER;
      const cost = answered.text.trim();
      if (cost === 'Fixed' || cost === 'Variable') return reads({ metered: true });
      return cost === 'Unrestricted' ? reads({ metered: false }) : NOT_HERE;
    },
  };
}
