// Who may be a neighbour: the lists of the settings and those of the files, as one.

import type { HostSettings } from '../../host.ts';
import { peersIn } from '../config.ts';
import { type Access, accessList } from './access.ts';
import { AccessFiles } from './access-files.ts';

export class AccessLists {
  readonly #settings: Pick<HostSettings, 'get'>;
  readonly #files: AccessFiles;
  #lists: Access | undefined;

  /** `changed`: other files than before were read. */
  constructor(settings: Pick<HostSettings, 'get'>, changed: () => void) {
    this.#settings = settings;
    this.#files = new AccessFiles({ folder: () => settings.get('networks.fips.accessFolder'), changed });
  }

  /** Reads the files anew where they are others. Never rejects. */
  look(): Promise<void> {
    return this.#files.look();
  }

  /** Settings or files are others than before. */
  forget(): void {
    this.#lists = undefined;
  }

  get all(): Access {
    if (!this.#lists) {
      const named = peersIn(this.#settings).flatMap(({ alias, xOnly }) =>
        alias ? [[alias.toLowerCase(), xOnly] as const] : [],
      );
      const aliases = new Map(named);
      const listed = (list: 'allow' | 'deny') =>
        accessList([...this.#settings.get(`networks.fips.${list}`), ...this.#files[list]], aliases);
      this.#lists = { allow: listed('allow'), deny: listed('deny') };
    }
    return this.#lists;
  }
}
