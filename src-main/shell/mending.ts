// A node whose database is damaged or gone: said plainly, with the ways back. Nothing begins anew by itself, and what is
// damaged is moved aside, never deleted.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dialog } from 'electron';
import { plain } from '../../src-i18n/tongue.ts';
import { systemClock } from '../base/clock.ts';
import { HearthError, toHearthError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import { type OwnCopy, ownCopies, putBack } from '../engine/before-update.ts';
import { choose } from './ask.ts';
import { askPassphrase } from './passphrase/ask.ts';
import type { Complaint } from './passphrase/page.ts';
import type { Words } from './words/words.ts';

export interface MendingDeps {
  readonly random: Random;
  readonly words: () => Words;
}

export type Broken = 'damaged' | 'lost';
type Way = { readonly kind: 'copy'; readonly copy: OwnCopy } | { readonly kind: 'file' | 'anew' | 'quit' };

export class Mending {
  readonly #deps: MendingDeps;
  readonly #dataDir: string;
  /** Copies that did not do. */
  readonly #tried = new Set<string>();

  constructor(deps: MendingDeps, dataDir: string) {
    this.#deps = deps;
    this.#dataDir = dataDir;
  }

  /** Asks until something was put back, or a new node is wanted. Rejects with `cancelled` where the user gives up. */
  async ask(broken: Broken): Promise<'mended' | 'anew'> {
    for (;;) {
      const way = await this.#choose(broken);
      switch (way.kind) {
        case 'anew':
          return 'anew';
        case 'quit':
          throw new HearthError({ code: 'desktop.given-up', category: 'cancelled', message: 'Nothing was changed.' });
        case 'copy':
          if (await this.#done(() => this.#putCopyBack(way.copy))) return 'mended';
          break;
        case 'file':
          if (await this.#done(() => this.#restore())) return 'mended';
      }
    }
  }

  async #choose(broken: Broken): Promise<Way> {
    const { mending, lost } = this.#deps.words();
    // A copy opens with the key of this folder alone.
    const here = existsSync(join(this.#dataDir, 'keys')) ? ownCopies(this.#dataDir) : [];
    const copy = here.find(({ name }) => !this.#tried.has(name));
    const ways: [string, Way][] = [
      ...(copy ? [[mending.copy(copy.at), { kind: 'copy', copy }] as [string, Way]] : []),
      [mending.file, { kind: 'file' }],
      ...(broken === 'lost' ? [[lost.anew, { kind: 'anew' }] as [string, Way]] : []),
      [lost.quit, { kind: 'quit' }],
    ];
    const question =
      broken === 'lost' ? lost.question(this.#dataDir) : mending.question(this.#dataDir, copy !== undefined);
    const chosen = await choose(
      question,
      ways.map(([label]) => label),
      undefined,
    );
    return ways[chosen]?.[1] ?? { kind: 'quit' };
  }

  /** False where it did not work, which was said, or was given up. */
  async #done(work: () => Promise<boolean>): Promise<boolean> {
    try {
      return await work();
    } catch (thrown) {
      const { category, message } = toHearthError(thrown);
      if (category !== 'cancelled') dialog.showErrorBox('Hearth', plain(message, 400));
      return false;
    }
  }

  async #putCopyBack({ name }: OwnCopy): Promise<boolean> {
    this.#tried.add(name);
    putBack({ clock: systemClock }, this.#dataDir, name);
    return true;
  }

  async #restore(): Promise<boolean> {
    const { mending } = this.#deps.words();
    const { filePaths } = await dialog.showOpenDialog({
      title: mending.fileTitle,
      properties: ['openFile'],
      filters: [{ name: 'Hearth', extensions: ['hearth-backup'] }],
    });
    const [file] = filePaths;
    if (file === undefined) return false;
    // Loaded when needed: no start should take the time.
    const { restoreInto } = await import('../engine/offline-backups.ts');
    let complaint: Complaint | undefined;
    for (;;) {
      const passphrase = await askPassphrase(this.#deps, 'backup', complaint);
      try {
        await restoreInto({ dataDir: this.#dataDir, file, passphrase }, (restoring) => restoring.restore());
        return true;
      } catch (thrown) {
        if (toHearthError(thrown).code !== 'backup.wrong-passphrase') throw thrown;
        complaint = 'wrong';
      }
    }
  }
}
