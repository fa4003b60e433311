// The official programs of IICP in Python that these tests hold ours against, at the versions that they were written for.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe } from 'vitest';
import { pythonPackages } from '../../support/python-packages.ts';

export const SDK = '0.7.109';
const RUNNER = '0.3.0';

const packages = await pythonPackages(`iicp-client-${SDK}-${RUNNER}`, [
  `iicp-client==${SDK}`,
  `iicp-conformance==${RUNNER}`,
]);
/** The interpreter that has them; empty where they can't be had. */
export const { python = '' } = packages.reason === undefined ? packages : {};
if (packages.reason === undefined) console.info(`counterparts: iicp-client ${SDK}, iicp-conformance ${RUNNER}`);
else console.warn(`SKIPPED: the official Python programs of IICP were not tried: ${packages.reason}`);

/** `describe`, left out where the packages can't be had. */
export function counterpart(name: string, tests: () => void): void {
  describe.skipIf(packages.reason !== undefined)(name, tests);
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
