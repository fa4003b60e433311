// What the flags of `hearth init` say; what is undefined is asked for.

import type { NetworkId } from '../../../src-preload/contract/networks/index.ts';
import type { CapsName, WeekName } from '../../../src-preload/contract/settings/presets.ts';

/** Always, while this computer is not used, or in the hours of a ready-made week. */
export type When = 'always' | 'away' | WeekName;

export interface InitLine {
  readonly yes: boolean;
  readonly name: string | undefined;
  readonly server: string | undefined;
  readonly preset: CapsName | undefined;
  readonly hours: When | undefined;
  readonly join: readonly NetworkId[] | undefined;
  readonly acceptConsent: boolean;
  readonly router: boolean | undefined;
  readonly price: number | undefined;
  readonly key: 'file' | 'passphrase' | undefined;
  readonly reach: boolean;
  readonly rehearse: boolean;
  readonly service: boolean;
  readonly start: boolean | undefined;
}

/** How what is typed becomes a choice. Throws `command.usage`. */
export interface Readers {
  preset(text: string): CapsName;
  hours(text: string): When;
  router(text: string): boolean;
  start(text: string): boolean;
  key(text: string): 'file' | 'passphrase';
  join(text: string): NetworkId[];
  price(text: string): number;
}
