// The mapper in the lab, as a test drives it and reads what it tells.
import type { MapperSnapshot, MappingView } from '../../src-main/reachability/mapper/snapshot.ts';
import { temporaryFolder } from '../support/folder.ts';
import type { AppOrder } from './app-child.ts';
import type { Child, Lab, News, Place, Waiting } from './support.ts';

export interface AppOptions {
  readonly place?: Place;
  /** Its data folder, where its journal is; a new one by default. */
  readonly folder?: string;
  /** What a router's list calls it by. */
  readonly tag?: string;
}

interface SnapshotNews extends News {
  readonly snapshot: MapperSnapshot;
  /** Since the process began, milliseconds. */
  readonly ms: number;
}

export class App {
  readonly child: Child;
  readonly folder: string;

  private constructor(child: Child, folder: string) {
    this.child = child;
    this.folder = folder;
  }

  /** Once it listens to orders. */
  static async start(
    lab: Lab,
    { place = 'lan', folder = temporaryFolder(), tag = 'one' }: AppOptions = {},
  ): Promise<App> {
    const app = new App(lab.node(place, 'app-child.ts', folder, tag), folder);
    await app.child.hears('that it is ready', ({ kind }) => kind === 'ready');
    return app;
  }

  tell(order: AppOrder): void {
    this.child.tell(order);
  }

  /** Wants this TCP port. */
  want(port = 9001): void {
    this.tell({ do: 'request', request: { id: `tcp-${port}`, transport: 'tcp', port, purpose: 'tests' } });
  }

  snapshots(): readonly MapperSnapshot[] {
    return this.child.news.filter(isSnapshot).map(({ snapshot }) => snapshot);
  }

  /** What it says of a port now; undefined before it said anything. */
  view(family: 4 | 6 = 4, port = 9001): MappingView | undefined {
    return this.snapshots()
      .at(-1)
      ?.mappings.find((view) => view.family === family && view.request.port === port);
  }

  /** All that others could have been told of, each once, in turn. */
  advertised(family: 4 | 6 = 4): readonly string[] {
    const told = this.snapshots().map(({ mappings }) => {
      const external = mappings.find((view) => view.family === family)?.external;
      return external ? `${external.address}:${external.port}` : 'none';
    });
    return told.filter((text, index) => text !== told[index - 1]);
  }

  /** The first view, from the `after`th news on, for which `so` holds, with how long it took since this was asked for. */
  async sees(
    what: string,
    so: (view: MappingView) => boolean,
    { family = 4, port = 9001, ...waiting }: Waiting & { readonly family?: 4 | 6; readonly port?: number } = {},
  ): Promise<MappingView> {
    const viewIn = (news: News) =>
      isSnapshot(news)
        ? news.snapshot.mappings.find((view) => view.family === family && view.request.port === port)
        : undefined;
    const holds = (news: News) => {
      const view = viewIn(news);
      return view !== undefined && so(view);
    };
    return viewIn(await this.child.hears(what, holds, waiting))!;
  }

  /** Wants a port and waits for it. */
  async mapped(port = 9001, family: 4 | 6 = 4): Promise<MappingView> {
    const after = this.child.news.length;
    this.want(port);
    return await this.sees('a mapping', isMapped, { after, family, port });
  }

  /** From now on: for `after`. */
  get now(): number {
    return this.child.news.length;
  }

  /** Its exit code, by itself. */
  async stop(): Promise<{ readonly code: number | null }> {
    this.tell({ do: 'stop' });
    await this.child.hears('that it has stopped', ({ kind }) => kind === 'stopped');
    return { code: await this.child.exited };
  }

  async kill(): Promise<void> {
    this.child.signal('SIGKILL');
    await this.child.exited;
  }
}

export const isMapped = ({ state, granted }: MappingView): boolean => state === 'mapped' && granted !== null;

function isSnapshot(news: News): news is SnapshotNews {
  return news.kind === 'snapshot';
}
