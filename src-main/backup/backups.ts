// Making, proving and putting back backups of one data folder. One thing at a time; whatever goes wrong, what was there is
// there still.

import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonFor } from '../../src-i18n/reason.ts';
import type {
  BackupFacts,
  BackupFile,
  BackupView,
  FolderFacts,
  RestoreTestView,
} from '../../src-preload/contract/backup.ts';
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import { HearthError, toReason } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { Holders } from '../secrets/holders.ts';
import type { Cost } from '../secrets/kdf.ts';
import { copyDatabase } from '../storage/copy.ts';
import { sqliteCode } from '../storage/errors.ts';
import { syncFolder } from '../storage/files.ts';
import { BackupFiles } from './backup-files.ts';
import { BackupBusy, BackupStopped, BackupTooNew, NoSpace } from './errors.ts';
import type { OpenFolder, ThrowAwayFolder } from './open-folder.ts';
import { type Description, pack, unpack } from './package.ts';
import { asideName, DATABASE, freshStage, KEYS, markReady } from './put-back.ts';
import { isSame, RestoreTest } from './restore-test.ts';
import { readHead } from './sealed-file.ts';
import { BackupStore } from './store.ts';

export interface BackupsDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The node's own folder, under its lock. Left out where there is none to compare with: then nothing can be made. */
  readonly here?: OpenFolder;
  /** Opens a folder with a database and a key, for a look. It joins nothing. */
  readonly openFolder: (folder: string) => Promise<ThrowAwayFolder>;
}

export interface BackupsOptions {
  readonly dataDir: string;
  /** Of this Hearth. */
  readonly version: string;
  /** What guessing the passphrase costs; dear by default, cheaper for tests. */
  readonly cost?: Cost;
}

type Busy = NonNullable<BackupView['busy']>;

/** Finer steps are not seen. */
const STEP = 0.01;

export class Backups {
  readonly #deps: BackupsDeps;
  readonly #options: BackupsOptions;
  readonly #store: BackupStore | undefined;
  readonly #events = new Emitter<{ changed: undefined }>();
  readonly #stop = new AbortController();
  readonly files: BackupFiles;
  #files: readonly BackupFile[] = [];
  #busy: Busy | null = null;
  #running: Promise<unknown> = Promise.resolve();

  constructor(deps: BackupsDeps, options: BackupsOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#store = deps.here && new BackupStore(deps.here.read);
    this.files = new BackupFiles(deps, options);
  }

  /** Called after each change of `view()`. Returns its off. */
  onChange(listener: () => void): () => void {
    return this.#events.on('changed', listener);
  }

  /** Clears away what an earlier run left behind, and looks which files there are. Never rejects: no node waits for that. */
  async start(): Promise<void> {
    try {
      this.files.tidy();
      await this.refresh();
    } catch (error) {
      this.#deps.logger.warn('the folder of backups could not be looked through', { error });
    }
  }

  /** Ends what is being done; nothing of it stays. */
  async stop(): Promise<void> {
    this.#stop.abort(new BackupStopped());
    await this.#running.catch(() => undefined);
  }

  async refresh(): Promise<void> {
    this.#files = await this.files.files();
    this.#events.emit('changed', undefined);
  }

  view(): BackupView {
    const here = this.#deps.here;
    const last = this.#store?.last();
    const newest = here?.newestEntry() ?? 0;
    return {
      last: last ? { madeAt: last.madeAt, bytes: last.bytes, provenAt: last.provenAt } : null,
      needed: newest > 0 || (here?.identities().length ?? 0) > 0,
      changedSince: {
        entries: Math.max(0, newest - (last?.entries ?? 0)),
        settings: here?.settingsSince(last?.madeAt ?? 0) ?? 0,
      },
      files: [...this.#files],
      restored: this.#store?.lastRestore() ?? null,
      busy: this.#busy,
    };
  }

  /** A new file in the data folder's `backups`. Rejects with BackupBusy, NoSpace, BackupStopped. */
  create(passphrase: string): Promise<BackupFile & { facts: BackupFacts }> {
    return this.#alone('create', async (progress) => {
      const { clock, logger } = this.#deps;
      const here = this.#deps.here!;
      const madeAt = clock.now();
      const work = await this.files.work();
      const { name, file } = this.files.fresh(madeAt);
      try {
        const database = join(work, DATABASE);
        const look = (read: OpenFolder['read']) => ({ ...here.facts(read), entries: here.newestEntry(read) });
        const signal = this.#stop.signal;
        const { entries, ...seen } = await copyDatabase(here.databaseFile, database, look, {
          signal,
          progress: (done) => progress(done / 2),
          leaveOut: here.leaveOut,
        });
        const facts: BackupFacts = { ...seen, madeAt, version: this.#options.version, node: here.name() };
        // Sealed beside its place and then moved there: under its name there is only ever a whole one.
        const draft = join(work, name);
        const head = await pack(
          this.#deps,
          { to: draft, database, facts, dataKey: here.keyForBackup() },
          { passphrase, signal, progress: (done) => progress(0.5 + done / 2), cost: this.#options.cost },
        );
        await rename(draft, file);
        syncFolder(join(this.#options.dataDir, 'backups'));
        await this.#commit(head, entries, null);
        logger.info('made a backup', { name, bytes: head.bytes });
        await this.files.prune();
        return { name, bytes: head.bytes, madeAt, facts };
      } finally {
        await rm(work, { recursive: true, force: true });
      }
    });
  }

  /** Proves the whole file and tells what is in it. Rejects with what `unpack` rejects with. */
  async inspect(file: string, passphrase: string): Promise<{ backup: BackupFacts; here: FolderFacts; same: boolean }> {
    const { facts } = await this.#unpack(file, undefined, passphrase, () => undefined);
    const here = this.#deps.here?.facts() ?? { identities: [], ledger: [], tasks: 0, settings: 0, secrets: 0 };
    const same = facts.identities.some((one) => here.identities.some((other) => isSame(one, other)));
    return { backup: facts, here, same };
  }

  /** The words of the wallet in a backup; undefined: it has none. Rejects as `test`, and with what `unpack` rejects with. */
  walletWords(file: string, passphrase: string): Promise<string | undefined> {
    return this.#alone('test', async (progress) => {
      const work = await this.files.work();
      try {
        const { facts } = await this.#unfold(file, passphrase, work, progress);
        const folder = await this.#open(work, facts);
        try {
          return folder.walletWords();
        } finally {
          await folder.close();
        }
      } finally {
        await rm(work, { recursive: true, force: true });
      }
    });
  }

  /** The restore test. What goes wrong is in its checks; rejects with BackupBusy and BackupStopped only. */
  test(file: string, passphrase: string): Promise<RestoreTestView> {
    return this.#alone('test', async (progress) => {
      const { clock, logger, here } = this.#deps;
      const restoreTest = new RestoreTest(clock);
      const work = await this.files.work();
      let entries: number | undefined;
      try {
        entries = await this.#rehearse(restoreTest, work, file, passphrase, progress);
      } catch (error) {
        if (this.#stop.signal.aborted) throw new BackupStopped();
        const known = error instanceof HearthError ? toReason(error) : reasonFor('restore.not-opened');
        if (!(error instanceof HearthError)) logger.error('a restore test failed', { error });
        restoreTest.fail(restoreTest.backup ? 'sound' : 'opened', known);
      } finally {
        await rm(work, { recursive: true, force: true });
      }
      restoreTest.pass('cleaned-up', reasonFor('restore.cleaned-up'));
      const view = restoreTest.view();
      if (here && view.ok && entries !== undefined) await this.#commit(await readHead(file), entries, clock.now());
      logger.info('tested a backup', {
        ok: view.ok,
        failed: view.checks.find(({ state }) => state === 'failed')?.name,
      });
      return view;
    });
  }

  /**
   * Proves a backup and prepares it to be moved in at the next opening of the data folder; until then nothing has changed.
   * `aside` is where what is there now will be, within the data folder; null where nothing is there.
   */
  restore(file: string, passphrase: string): Promise<{ backup: BackupFacts; aside: string | null }> {
    return this.#alone('restore', async (progress) => {
      const { clock, logger } = this.#deps;
      const { dataDir } = this.#options;
      const at = clock.now();
      const stage = freshStage(dataDir);
      try {
        const { facts } = await this.#unfold(file, passphrase, stage, progress);
        const aside = existsSync(join(dataDir, DATABASE)) ? freeName(dataDir, asideName('restore', at)) : null;
        await this.#note(stage, file, facts, { at, madeAt: facts.madeAt, aside });
        markReady(dataDir, aside ?? freeName(dataDir, asideName('restore', at)));
        logger.info('a backup is ready to be put back', { madeAt: facts.madeAt, aside });
        return { backup: facts, aside };
      } catch (error) {
        await rm(stage, { recursive: true, force: true });
        throw error;
      }
    });
  }

  async #rehearse(
    restoreTest: RestoreTest,
    work: string,
    file: string,
    passphrase: string,
    progress: (done: number) => void,
  ) {
    const { facts } = await this.#unfold(file, passphrase, work, progress);
    restoreTest.backup = facts;
    restoreTest.pass('opened', reasonFor('restore.opened', { bytes: (await readHead(file)).bytes }));
    const restored = await this.#open(work, facts);
    try {
      restoreTest.compare(facts, restored, this.#deps.here);
      return restored.newestEntry();
    } finally {
      await restored.close();
    }
  }

  /** What the restored folder should know of itself. It is opened here as it will be at its first start, so that fails early. */
  async #note(stage: string, file: string, facts: BackupFacts, restored: Parameters<BackupStore['restored']>[0]) {
    const folder = await this.#open(stage, facts);
    try {
      const restoreTest = new RestoreTest(this.#deps.clock);
      restoreTest.compare(facts, folder, undefined);
      const failed = restoreTest.view().checks.find(({ state }) => state === 'failed');
      if (failed) {
        throw new HearthError({ code: 'backup.not-as-saved', category: 'broken', message: failed.reason.message });
      }
      const store = new BackupStore(folder.read);
      const head = await readHead(file);
      const kept = { ...head, entries: folder.newestEntry(), provenAt: restored.at };
      await folder.committer.commit([store.keep(kept), store.restored(restored), ...folder.holdBack(restored.at)]);
    } finally {
      await folder.close();
    }
  }

  async #open(folder: string, { version }: BackupFacts): Promise<ThrowAwayFolder> {
    try {
      return await this.#deps.openFolder(folder);
    } catch (error) {
      if (error instanceof HearthError && error.code === 'storage.too-new') throw new BackupTooNew(version, error);
      throw error;
    }
  }

  /** Database and key, as a start finds them. The key lies in a file: there is no other holder to keep it yet. */
  async #unfold(file: string, passphrase: string, folder: string, progress: (done: number) => void) {
    const description = await this.#unpack(file, join(folder, DATABASE), passphrase, progress);
    const holders = new Holders(this.#deps, { folder: join(folder, KEYS) });
    await holders.keep('file', Buffer.from(description.dataKey, 'base64url'));
    return description;
  }

  async #unpack(
    file: string,
    database: string | undefined,
    passphrase: string,
    progress: (done: number) => void,
  ): Promise<Description> {
    try {
      return await unpack(file, database, { passphrase, signal: this.#stop.signal, progress });
    } catch (error) {
      if (this.#stop.signal.aborted) throw new BackupStopped();
      throw error;
    }
  }

  async #commit(head: { id: string; madeAt: number; bytes: number }, entries: number, provenAt: number | null) {
    await this.#deps.here?.committer.commit([this.#store!.keep({ ...head, entries, provenAt })]);
  }

  async #alone<T>(what: Busy['what'], work: (progress: (done: number) => void) => Promise<T>): Promise<T> {
    if (this.#busy) throw new BackupBusy();
    this.#stop.signal.throwIfAborted();
    this.#busy = { what, done: 0 };
    this.#events.emit('changed', undefined);
    const running = work((done) => this.#progress(what, done));
    this.#running = running;
    try {
      return await running;
    } catch (error) {
      if (this.#stop.signal.aborted) throw new BackupStopped();
      throw sqliteCode(error) === 'SQLITE_FULL' ? new NoSpace(error) : error;
    } finally {
      this.#busy = null;
      await this.refresh();
    }
  }

  #progress(what: Busy['what'], done: number): void {
    if (!this.#busy || done - this.#busy.done < STEP) return;
    this.#busy = { what, done: Math.min(1, done) };
    this.#events.emit('changed', undefined);
  }
}

function freeName(dataDir: string, name: string): string {
  for (let count = 2, free = name; ; count += 1) {
    if (!existsSync(join(dataDir, free))) return free;
    free = `${name}-${count}`;
  }
}
