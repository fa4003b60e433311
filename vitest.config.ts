import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { testNetworks } from './tests/networks/plugin.ts';

// What the project is built with, and what Electron has. An older one ends in the middle of the tests, without a word.
const NODE = 24;
if (Number.parseInt(process.versions.node, 10) < NODE) {
  throw new Error(
    `The tests need Node ${NODE}, which the project brings along; this is ${process.version}. Run \`npm test\`, \`npm run check\` or \`npx vitest\`.`,
  );
}

/** Files that take longest: begun last, one of them would run alone at the end. */
const LONGEST = [
  'workloads/machines.test.ts',
  'workloads/proxmox.test.ts',
  'integration/paygress-sigkill.test.ts',
  'integration/command.test.ts',
  'integration/paygress-kill.test.ts',
  'workloads/lxd.test.ts',
  'engine/boxes.test.ts',
  'workloads/docker.test.ts',
  'workloads/podman.test.ts',
  'tests/networks/paygress.test.ts',
  'integration/workloads-command.test.ts',
  'workloads/remote-engine.test.ts',
  'workloads/lxd-remote.test.ts',
  'workloads/kubernetes.test.ts',
  'workloads/encrypted-volumes.test.ts',
  'integration/paygress-rehearsal.test.ts',
  'tests/networks/posemesh.test.ts',
  'integration/paygress-requests.test.ts',
  'posemesh/kill.test.ts',
  'workloads/killed.test.ts',
  'runners/container.test.ts',
  'integration/load.test.ts',
  'networks/fips/simulated-mesh.test.ts',
];
/** Unit tests of a second or so each, a twelfth of the files and a third of the time: `npm test` runs them, for `npm run check` is waited for. */
const LONG_UNITS = [
  'availability/grid',
  'availability/sensors/programs',
  'backends/inference/anthropic',
  'backends/inference/call',
  'backends/inference/openai',
  'backends/inference/reply',
  'backends/workloads/proxmox-plan',
  'networks/fips/links',
  'networks/fips/names-dns',
  'networks/fips/nat',
  'networks/fips/sessions',
  'networks/fips/tcp',
  'networks/iicp/mesh/thousand',
  'networks/iicp/native/session',
  'networks/iicp/receipts/official',
  'networks/iicp/receipts/receipts',
  'networks/iicp/relay/worker',
  'networks/iicp/tasks/admission',
  'networks/iicp/tasks/offload',
  'payments/series',
  'reachability/mapper/machine',
  'reachability/stun-prober',
  'reachability/stun',
  'renderer/week/typed',
  'wallet/tokens',
  'wallet/wallet',
  'work/retention',
].map((name) => `tests/unit/${name}.test.ts`);

const rank = ({ moduleId }: TestSpecification) => {
  const at = LONGEST.findIndex((file) => moduleId.endsWith(file));
  return at < 0 ? LONGEST.length : at;
};

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

// Threads and processes of the tests start by the hundred from the sources, which Node would strip of types and compile each time.
process.env.NODE_COMPILE_CACHE ??= resolve(import.meta.dirname, 'node_modules/.cache/node');

/**
 * A process for each of some hundred files would take as long as a quarter of the tests. So no test may leave anything behind, in modules
 * neither: what it put in the place of another thing is put back for it.
 */
const SHARED = { pool: 'forks', isolate: false, restoreMocks: true, unstubEnvs: true } as const;

const UNIT = {
  setupFiles: ['tests/support/leaks.ts', 'tests/support/fresh.ts'] as string[],
  // One that puts a module of its own in another's place loads both anew, and again afterwards.
  pool: 'forks',
  isolate: false,
  testTimeout: 60_000,
} as const;

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { ...UNIT, name: 'unit', include: ['tests/unit/**/*.test.ts'], exclude: LONG_UNITS } },
      { test: { ...UNIT, name: 'long-units', include: LONG_UNITS } },
      {
        test: {
          name: 'integration',
          // No test but the lab's asks the home router of whoever runs it.
          env: { HEARTH_REACHABILITY: 'none' },
          include: ['tests/integration/**/*.test.ts'],
          ...SHARED,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        // Whole nodes with a network of the tests' own beside the shipped ones.
        plugins: [testNetworks(import.meta.dirname)],
        test: {
          name: 'networks',
          env: { HEARTH_REACHABILITY: 'none' },
          include: ['tests/networks/**/*.test.ts'],
          ...SHARED,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'hostile',
          include: ['tests/hostile/*.test.ts'],
          globalSetup: 'tests/hostile/figures.ts',
          ...SHARED,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'lab',
          include: ['tests/lab/**/*.test.ts'],
          ...SHARED,
          // Whole nodes, several at once, on computers with two cores.
          testTimeout: 240_000,
          hookTimeout: 240_000,
          // Routers' daemons keep real time. Once more, for virtual machines whose host lets them stand for a minute.
          retry: 1,
        },
      },
    ],
  },
});
