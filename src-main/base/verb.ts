// What a verb of the command line says of itself: its words and flags, its help, what `--json` prints, how it ends. The house
// and each network declare theirs in the same shape, so that parsing, help and the README are made from one table.

/** How a command may end. The numbers are in `command/exit.ts`. */
export type ExitName = 'ok' | 'failed' | 'usage' | 'notRunning' | 'nothingFound' | 'tryAgain';

export interface Flag {
  readonly about: string;
  /** What stands for its value in the help, such as `URL`; without one it is there or it is not. */
  readonly value?: string;
  /** Makes what is meant of its text. Throws `command.usage`. */
  readonly read?: (text: string) => unknown;
}
export type Flags = Readonly<Record<string, Flag>>;

/** What was given of them: values as read, undefined where the flag was left out. */
export type Given<F extends Flags> = {
  readonly [K in keyof F]: F[K] extends { readonly read: (text: string) => infer T }
    ? T | undefined
    : F[K] extends { readonly value: string }
      ? string | undefined
      : boolean;
};

/** `running`: only with a node that runs. `optional`: asks one where it runs, else works on the data folder. `none`: needs neither. */
export type Needs = 'running' | 'optional' | 'none';

export interface Declared<F extends Flags = Flags> {
  /** One word, or two as in `settings get`. */
  readonly name: string;
  /** Its words as in the help: `FILE`, `[MODEL]`, `[URL...]`. */
  readonly args?: string;
  /** What it does: for the list of commands, its own help and the README. */
  readonly about: string;
  /** What the help adds where the line above is not enough. */
  readonly more?: string;
  readonly flags?: F;
  readonly node: Needs;
  /** What `--json` prints; null where it prints nothing of the kind. */
  readonly json: string | null;
  /** What an exit code means here, where the table of all does not say it. */
  readonly exits?: Readonly<Partial<Record<ExitName, string>>>;
}
