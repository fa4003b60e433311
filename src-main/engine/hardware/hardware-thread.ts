// Runs in a thread of its own and ends when it has reported: the library behind it starts programs and waits for them in place,
// which the thread that serves tasks must not.

import { parentPort } from 'node:worker_threads';
import { cpu, graphics, osInfo } from 'systeminformation';
import type { SystemFacts } from './system-facts.ts';

const [system, processor, cards] = await Promise.all([osInfo(), cpu(), graphics()]);
parentPort?.postMessage({
  name: `${system.distro} ${system.release}`,
  kernel: system.kernel,
  cpu: `${processor.manufacturer} ${processor.brand}`,
  cores: processor.physicalCores,
  cards: cards.controllers.map(
    ({ vendor, model, bus, busAddress, vram, vramDynamic, driverVersion, metalVersion }) => ({
      vendor,
      name: model,
      bus: busAddress ?? bus,
      memoryMebibytes: vram ?? null,
      shared: vramDynamic,
      driver: driverVersion ?? null,
      metal: metalVersion ?? null,
    }),
  ),
} satisfies SystemFacts);
