// What a runner says while it works: progress and events go to the job, the rest to its log, all of it within bounds.

import type { Clock } from '../../base/clock.ts';
import type { Piece } from '../containers/frames.ts';
import { Lines } from '../containers/lines.ts';
import { RUNNER } from './bounds.ts';
import { logOf, type Message, messageIn } from './messages.ts';
import { Pace } from './pace.ts';
import { RunLog } from './run-log.ts';
import type { RunnerControl } from './runner.ts';

export interface TalkDeps {
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>;
  readonly control: Pick<RunnerControl, 'progress' | 'logEvent'>;
}

export class Talk {
  readonly log = new RunLog();
  readonly #deps: TalkDeps;
  readonly #lines = { stdout: new Lines(RUNNER.lineBytes), stderr: new Lines(RUNNER.logLineBytes) };
  #messages = 0;
  #ignored = 0;

  constructor(deps: TalkDeps) {
    this.#deps = deps;
  }

  /** Progress and events that were too many, or too large for the job. */
  get ignored(): number {
    return this.#ignored;
  }

  /** Reads it until it ends or breaks off. Once `hurry` is aborted, it waits for no pace any more. Never rejects. */
  async hear(pieces: AsyncIterable<Piece>, hurry: AbortSignal): Promise<void> {
    const pace = new Pace(this.#deps.clock);
    try {
      for await (const { from, bytes } of pieces) {
        const waitMs = pace.took(bytes.length, this.#take(from, bytes));
        if (waitMs > 0 && !hurry.aborted) await this.#deps.clock.sleep(waitMs, hurry).catch(() => undefined);
      }
    } catch {
      // How the runner itself ended says what became of it.
    }
  }

  /** All was heard: what came without a line end counts as a line. */
  end(): void {
    for (const from of ['stdout', 'stderr'] as const) {
      const rest = this.#lines[from].rest();
      if (rest) this.#pass(from === 'stdout' ? messageIn(rest) : logOf(rest));
    }
    if (this.#ignored > 0) this.log.add(`(${this.#ignored} messages were too many or too large, and ignored)`);
  }

  /** How many lines it was. */
  #take(from: Piece['from'], bytes: Uint8Array): number {
    let lines = 0;
    for (const line of this.#lines[from].take(bytes)) {
      lines += 1;
      this.#pass(from === 'stdout' ? messageIn(line) : logOf(line));
    }
    return lines;
  }

  #pass(message: Message): void {
    const { control } = this.#deps;
    if (message.kind === 'log') this.log.add(message.text);
    else if (message.kind === 'progress') this.#say(() => control.progress(message.value));
    else if (message.kind === 'event') this.#say(() => control.logEvent(message.value));
  }

  #say(say: () => void): void {
    this.#messages += 1;
    if (this.#messages > RUNNER.messages) this.#ignored += 1;
    else {
      try {
        say();
      } catch {
        this.#ignored += 1;
      }
    }
  }
}
