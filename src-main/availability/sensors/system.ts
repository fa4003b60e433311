// The sensors of the system that this runs on. What a shell can read better, such as Electron its idle time, it brings itself.

import type { Clock } from '../../base/clock.ts';
import { runner } from '../../base/run.ts';
import { linuxApps, macApps, windowsApps } from './apps.ts';
import { linuxBattery, macBattery, windowsBattery } from './battery.ts';
import { busOf } from './bus.ts';
import { linuxFullscreen } from './fullscreen.ts';
import { gpuHeat, linuxCpuHeat } from './heat.ts';
import { linuxIdle } from './idle.ts';
import { linuxMetered, windowsMetered } from './metered.ts';
import { blind, noSensors, type Sensors } from './sensor.ts';
import { vram } from './vram.ts';
import { gpuWatts } from './watts.ts';

export interface SystemDeps {
  readonly clock: Clock;
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  /** `/`, or a test's folder. */
  readonly root: string;
}

export function systemSensors({ clock, platform, env, root }: SystemDeps): Sensors {
  const run = runner(env);
  const bus = busOf(run);
  switch (platform) {
    case 'linux':
      return {
        idle: linuxIdle({ clock, bus, run, env, root }),
        battery: linuxBattery(root),
        metered: linuxMetered(bus),
        fullscreen: linuxFullscreen({ run, env }),
        apps: linuxApps(root),
        cpuHeat: linuxCpuHeat(root),
        gpuHeat: gpuHeat(run, root),
        vram: vram(run, root),
        gpuWatts: gpuWatts(run, root),
      };
    case 'darwin':
      return { ...noSensors, battery: macBattery(run), apps: macApps(run) };
    case 'win32':
      return {
        idle: blind,
        battery: windowsBattery(run),
        metered: windowsMetered(run),
        fullscreen: blind,
        apps: windowsApps(run),
        cpuHeat: blind,
        gpuHeat: gpuHeat(run, undefined),
        vram: vram(run, undefined),
        gpuWatts: gpuWatts(run, undefined),
      };
    default:
      return noSensors;
  }
}
