// A verb that a network brings to the command line, as in `hearth iicp rotate-key`. It says what to show and prints nothing
// itself, so that texts of strangers and `--json` are handled once, by the house.

import type { Input, Output } from '../../src-preload/contract/index.ts';
import type { RequestName } from '../../src-preload/contract/names.ts';
import type { NetworkId } from '../../src-preload/contract/networks/index.ts';
import type { SettingPath, SettingValue, SettingView } from '../../src-preload/contract/settings/index.ts';
import type { Declared, ExitName, Flags, Given, Needs } from '../base/verb.ts';

/** The running node. A network's own questions go by `networks.ask`. */
export interface AskNode {
  request<N extends RequestName>(
    name: N,
    input: Input<N>,
    options?: { readonly timeoutMs?: number },
  ): Promise<Output<N>>;
}

export interface NetworkVerbContext<N extends Needs = Needs> {
  readonly id: NetworkId;
  readonly title: string;
  readonly node: N extends 'running' ? AskNode : AskNode | undefined;
  /** Opens the pages of another Hearth by this network: a link, for the terminal alone. Rejects where no node runs. */
  visit(node: string): Promise<string>;
  /** Of the running node, or of the data folder where none runs. Rejects with `settings.…` for what cannot be set. */
  setSetting<P extends SettingPath>(path: P, value: SettingValue<P>): Promise<SettingView>;
  /** Shows what is about to be done, and resolves once these words were typed or piped in. Rejects with `command.not-confirmed`. */
  confirm(says: readonly string[], words: string): Promise<void>;
  /** What is typed without being shown, or piped in: never an argument, which other programs can read. */
  askSecret(question: string): Promise<string>;
  /** A file that the user named. Rejects with `command.file-unusable`, also where it is larger. */
  readFile(path: string, mostBytes: number): Promise<Buffer>;
  /** A new file that the user named, with these permissions. Rejects with `command.file-exists` or `command.file-unusable`. */
  createFile(path: string, text: string, mode: number): Promise<void>;
}

export interface Shown {
  readonly json: unknown;
  readonly lines: readonly string[];
  /** Done, where it is left out. */
  readonly exit?: ExitName;
}

interface NetworkVerbOf<F extends Flags, L, N extends Needs> extends Declared<F> {
  readonly node: N;
  /** The name it goes by as well, without the network's in front. */
  readonly alias?: string;
  /** Throws `command.usage`, before anything is asked or opened. */
  read(words: readonly string[], given: Given<F>): L;
  run(line: L, context: NetworkVerbContext<N>): Promise<Shown>;
}

/** Any, as the registry has them; the name is without the network's. */
export type NetworkVerb = NetworkVerbOf<Flags, object, Needs>;

export function networkVerb<const F extends Flags, L extends object, N extends Needs>(
  own: NetworkVerbOf<F, L, N>,
): NetworkVerb {
  return own as unknown as NetworkVerb;
}
