// An engine in memory that keeps what `WorkloadBackend` promises, for tests of what stands above it. What real engines do is in
// tests/suites/workload-backend.ts.

import { sweptEach } from '../../src-main/backends/containers/swept.ts';
import type {
  BoxEvent,
  BoxSpec,
  EngineCapacity,
  Probe,
  WorkloadBackend,
} from '../../src-main/backends/workloads/backend.ts';
import { BoxAbsent, EngineFailed } from '../../src-main/backends/workloads/errors.ts';
import type { OpenBoxes, OpenEngine } from '../../src-main/backends/workloads/open.ts';
import { TEMPLATES } from '../../src-main/backends/workloads/templates.ts';
import type { Place } from '../../src-main/engine/boxes/marker.ts';

export const HOLDS: Probe = {
  offered: true,
  checks: [{ id: 'memory', held: true, seen: '64' }],
  disk: 'quota',
  internet: true,
  encryption: { works: false, seen: null },
  graphics: { works: false, seen: null },
  machines: { accelerator: null, seen: 'qemu-system-x86_64 is missing' },
};

export const specOf = (id: string, more: Partial<BoxSpec> = {}): BoxSpec => ({
  id,
  image: 'sha256:1',
  env: {},
  cpuMillicores: 500,
  memoryMiB: 256,
  diskMiB: 1024,
  pids: 64,
  ports: [],
  network: 'internet',
  dataPath: null,
  readOnlyRoot: true,
  ...more,
});

const never = new AbortController().signal;

export class MadeEngine {
  readonly boxes = new Map<string, { spec: BoxSpec; running: boolean }>();
  readonly calls: string[] = [];
  /** What the next probe finds; waited for where it is a promise. */
  probe: Probe | Promise<Probe> = HOLDS;
  /** Which it says that it is, once it is opened. */
  engine: OpenEngine = {
    kind: 'containers',
    make: 'podman',
    at: '/run/made.sock',
    rootless: true,
    host: null,
    elsewhere: false,
  };
  /** What it says that it has. */
  capacity: EngineCapacity = { cpuMillicores: 4000, memoryMiB: 8192, diskMiB: 100_000 };
  cpuNanos = 0;
  /** Boxes that can't be removed. */
  readonly stuck = new Set<string>();
  /** Names of what can't be removed of images. */
  imagesLeft: readonly string[] = [];
  /** How often its owner was to be asked again. */
  askedAgain = 0;
  /** What has been pulled, by its slug. */
  readonly pulled = new Map<string, string>();
  /** Called when a box begins to run, and after it has stopped. */
  ran: (id: string, spec: BoxSpec, running: boolean) => void = () => undefined;
  #up = true;
  #gone = Promise.withResolvers<never>();
  readonly #listeners = new Set<(event: BoxEvent) => void>();

  open = async (place: Place | undefined): Promise<OpenBoxes> => {
    this.calls.push(`open ${place?.socket ?? 'any'}`);
    this.#answer();
    return {
      engine: this.engine,
      boxes: this.#backend(),
      images: {
        list: async () =>
          [...this.pulled].map(([slug, id]) => ({ slug, image: imageOf(slug), pinned: { id, bytes: 1, pulledAt: 0 } })),
        pull: async () => undefined,
        remove: async () => undefined,
        removeAll: async () => this.imagesLeft,
      } as never,
      askAgain: () => {
        this.askedAgain += 1;
      },
    };
  };

  /** It answers no more, and boxes go on. */
  down(): void {
    this.#up = false;
    this.#gone.promise.catch(() => undefined);
    this.#gone.reject(new EngineFailed('ask', new Error('down')));
  }

  up(): void {
    this.#up = true;
    this.#gone = Promise.withResolvers<never>();
  }

  /** A box ends by itself. */
  exit(id: string, exitCode?: number): void {
    const box = this.boxes.get(id);
    if (box) box.running = false;
    this.say({ id, kind: 'exited', ...(exitCode !== undefined && { exitCode }) });
  }

  say(event: BoxEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #answer(): void {
    if (!this.#up) throw new EngineFailed('ask', new Error('down'));
  }

  #backend(): WorkloadBackend {
    const { boxes } = this;
    const there = (id: string) => {
      this.#answer();
      const box = boxes.get(id);
      if (!box) throw new BoxAbsent(id);
      return box;
    };
    const statusOf = (id: string) => {
      if (!this.#up) return 'unknown' as const;
      const box = boxes.get(id);
      return box ? (box.running ? ('running' as const) : ('stopped' as const)) : ('absent' as const);
    };
    return {
      id: 'made',
      probe: async (signal) => {
        this.calls.push('probe');
        this.#answer();
        const aborted = new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
        return Promise.race([this.probe, aborted]);
      },
      capacity: async () => {
        this.#answer();
        return this.capacity;
      },
      needs: async ({ cpuMillicores, memoryMiB, diskMiB, ports }) => ({
        slots: 0,
        cpuMillicores,
        memoryMiB,
        diskMiB,
        gpuMiB: 0,
        ports: ports.length,
      }),
      create: async (spec) => {
        this.#answer();
        boxes.set(spec.id, boxes.get(spec.id) ?? { spec, running: false });
      },
      start: async (id) => {
        const box = there(id);
        box.running = true;
        this.ran(id, box.spec, true);
        for (const listener of this.#listeners) listener({ id, kind: 'started' });
      },
      stop: async (id) => {
        const box = there(id);
        box.running = false;
        this.ran(id, box.spec, false);
        this.say({ id, kind: 'exited', exitCode: 143 });
      },
      remove: async (id) => {
        this.#answer();
        const box = boxes.get(id);
        if (box) this.ran(id, box.spec, false);
        boxes.delete(id);
      },
      status: async (id) => statusOf(id),
      adopt: async ({ id }) => statusOf(id),
      exec: async (id) => {
        there(id);
        return { exitCode: 0, output: id };
      },
      answers: async (id, port) => there(id).running && port > 0,
      stats: async (id) => {
        there(id);
        return {
          cpuNanos: this.cpuNanos,
          memoryBytes: 64 * 1024 * 1024,
          pids: 1,
          network: { receivedBytes: this.cpuNanos / 1e6, sentBytes: 0 },
        };
      },
      logs: async (id) => (boxes.has(id) ? `log of ${id}` : ''),
      list: async () => {
        this.#answer();
        return [...boxes].map(([id, { running }]) => ({ id, status: running ? 'running' : 'stopped', spec: '' }));
      },
      sweep: async (keep) => {
        this.#answer();
        const left = [...boxes.keys()].filter((id) => !keep.has(id));
        this.calls.push(`sweep ${left.join(' ')}`.trim());
        return sweptEach(
          left,
          async (id) => {
            if (this.stuck.has(id)) throw new EngineFailed('remove', new Error('refused'));
            boxes.delete(id);
          },
          never,
        );
      },
      watch: async (listener, signal) => {
        this.#answer();
        this.#listeners.add(listener);
        const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        try {
          await Promise.race([this.#gone.promise, aborted]);
        } finally {
          this.#listeners.delete(listener);
        }
      },
    };
  }
}

const imageOf = (slug: string) => TEMPLATES.find((template) => template.slug === slug)?.image ?? slug;
