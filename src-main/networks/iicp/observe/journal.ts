// What went on between this node and its directory, as lines that the official nodes write too, for tools that read
// them: `<node id>.log` for people, `events.jsonl` for programs (IICP 4). Never a payload, never a token.

import type { Clock } from '../../../base/clock.ts';
import type { LineFile } from '../../host.ts';

/** `register_fail` is ours: a first registration that fails is what one looks for in a log. */
export type JournalEvent =
  | 'register_ok'
  | 'register_fail'
  | 'heartbeat_ok'
  | 'heartbeat_fail'
  | 'reregister_ok'
  | 'reregister_fail'
  | 'recovery_check';

export interface JournalDeps {
  readonly clock: Clock;
  /** `lost` is the line that says how many could not be written, once one can be again. */
  readonly lineFile: (name: string, lost: (count: number) => string) => LineFile;
}

const LONGEST_DETAILS = 256;

export class Journal {
  readonly #deps: JournalDeps;
  readonly #nodeId: string;
  readonly #lines: LineFile;
  readonly #events: LineFile;

  constructor(deps: JournalDeps, nodeId: string) {
    this.#deps = deps;
    this.#nodeId = nodeId;
    const lost = (count: number) => ['lines_dropped', `count=${count}`] as const;
    this.#lines = deps.lineFile(fileNameOf(nodeId), (count) => this.#line(...lost(count)));
    this.#events = deps.lineFile('events.jsonl', (count) => this.#json(...lost(count)));
  }

  /** `details` are `name=value` pairs, e.g. `seq=3 status=401`. */
  note(event: JournalEvent, details = ''): void {
    const plain = details
      .slice(0, LONGEST_DETAILS)
      .replaceAll('"', "'")
      .replace(/\p{Cc}+/gu, ' ');
    this.#lines.write(this.#line(event, plain));
    this.#events.write(this.#json(event, plain));
  }

  async close(): Promise<void> {
    await Promise.all([this.#lines.close(), this.#events.close()]);
  }

  #line(event: string, details: string): string {
    return `${`${this.#stamp()} [${event}] node=${this.#nodeId} ${details}`.trimEnd()}\n`;
  }

  #json(event: string, details: string): string {
    return `${JSON.stringify({ ts: this.#stamp(), event, node_id: this.#nodeId, details })}\n`;
  }

  /** UTC, in whole seconds. */
  #stamp(): string {
    return new Date(this.#deps.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  }
}

/** An id that was set by hand could hold what no file name does. */
function fileNameOf(nodeId: string): string {
  return `${nodeId.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_')}.log`;
}
