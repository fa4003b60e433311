// Reads `multipart/form-data` as it streams in (RFC 2046, 5.1). Libraries for forms of web pages lose the parameters that domain servers
// put into Content-Disposition, and hold values in memory. Bytes in, events out, whatever pieces they come in. Both line ends are taken,
// as both are sent.

import { POSEMESH } from '../bounds.ts';
import { Garbled } from '../errors.ts';

/** The parameters of a part's Content-Disposition, names in lowercase. */
export type Disposition = ReadonlyMap<string, string>;

export type PartEvent =
  | { readonly kind: 'part'; readonly disposition: Disposition }
  /** Of the part that began last. */
  | { readonly kind: 'data'; readonly bytes: Buffer }
  | { readonly kind: 'part-end' };

/** What may stand behind a boundary on its line. */
const MOST_PADDING = 256;
const MOST_BOUNDARY = 200;
const CR = 0x0d;
const LINE_END = Buffer.from('\n');

/** Of a Content-Type. Throws `posemesh.domain-garbled` where it is not that of a form. */
export function boundaryOf(contentType: string | undefined): string {
  const [type = '', ...rest] = (contentType ?? '').split(';');
  if (type.trim().toLowerCase() !== 'multipart/form-data') throw new Garbled('domain', 'Content-Type');
  const boundary = parametersIn(rest.join(';')).get('boundary') ?? '';
  if (boundary === '' || boundary.length > MOST_BOUNDARY) throw new Garbled('domain', 'boundary');
  return boundary;
}

interface BoundaryLine {
  /** Behind it. */
  readonly end: number;
  readonly last: boolean;
}

export class MultipartReader {
  /** With the line end before it, which is part of the boundary. */
  readonly #delimiter: Buffer;
  #state: 'preamble' | 'headers' | 'data' | 'over' = 'preamble';
  /** Begins with a line end that is no data: a boundary may come at once. */
  #held: Buffer = LINE_END;
  #lead = true;
  #passed = 0;
  #parts = 0;
  /** The lines of this part end with CR and LF. Where they end with LF alone, a CR before a boundary is data. */
  #withCr = true;

  constructor(boundary: string) {
    this.#delimiter = Buffer.from(`\n--${boundary}`);
  }

  /** Throws `posemesh.domain-garbled`; it must not be used afterwards. */
  push(chunk: Buffer): PartEvent[] {
    const events: PartEvent[] = [];
    if (this.#state === 'over') return events;
    // Amid the data of a part nothing is held as a rule, and nothing is copied then.
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    for (;;) {
      const goesOn = this.#state === 'headers' ? this.#readHeaders(events) : this.#readBody(events);
      if (!goesOn) return events;
    }
  }

  /** No more comes. Throws where the last boundary is missing, for what came is not whole. */
  end(): void {
    if (this.#state !== 'over') throw new Garbled('domain', 'the last boundary is missing');
  }

  /** False: nothing more to be done with what has come. */
  #readBody(events: PartEvent[]): boolean {
    let at = this.#held.indexOf(this.#delimiter);
    let line: BoundaryLine | 'more' | 'none' = 'none';
    while (at >= 0) {
      line = this.#lineAt(at + this.#delimiter.length);
      if (line !== 'none') break;
      at = this.#held.indexOf(this.#delimiter, at + 1);
    }
    const end = at < 0 ? this.#certainEnd() : this.#dataEnd(at);
    this.#give(end, events);
    if (line === 'more' || line === 'none') {
      this.#cut(end);
      return false;
    }
    this.#cut(line.end);
    if (this.#state === 'data') events.push({ kind: 'part-end' });
    this.#state = line.last ? 'over' : 'headers';
    return !line.last;
  }

  #give(end: number, events: PartEvent[]): void {
    const from = this.#lead ? 1 : 0;
    if (end <= from) return;
    if (this.#state === 'data') return void events.push({ kind: 'data', bytes: this.#held.subarray(from, end) });
    this.#passed += end;
    if (this.#passed > POSEMESH.preambleBytes) throw new Garbled('domain', 'no boundary');
  }

  #cut(end: number): void {
    if (end === 0) return;
    this.#held = this.#held.subarray(end);
    this.#lead = false;
  }

  /** Where the data before a boundary ends. */
  #dataEnd(at: number): number {
    return this.#withCr && at > 0 && this.#held[at - 1] === CR ? at - 1 : at;
  }

  /** Up to where no boundary can begin any more. */
  #certainEnd(): number {
    const held = this.#held;
    for (let length = Math.min(held.length, this.#delimiter.length - 1); length > 0; length -= 1) {
      const at = held.length - length;
      if (held.subarray(at).equals(this.#delimiter.subarray(0, length))) return this.#dataEnd(at);
    }
    return this.#dataEnd(held.length);
  }

  /** What stands behind the characters of a boundary says whether it is one. */
  #lineAt(at: number): BoundaryLine | 'more' | 'none' {
    const rest = this.#held.toString('latin1', at, at + MOST_PADDING);
    if (rest.startsWith('--')) return { end: at + 2, last: true };
    const line = /^[ \t]*\r?\n/.exec(rest);
    if (line) return { end: at + line[0].length, last: false };
    return rest.length < MOST_PADDING && /^(-|[ \t]*\r?)$/.test(rest) ? 'more' : 'none';
  }

  #readHeaders(events: PartEvent[]): boolean {
    const text = this.#held.toString('latin1', 0, POSEMESH.headerBytes);
    const blank = /(?:^|\n)(\r?)\n/.exec(text);
    if (!blank) {
      if (this.#held.length >= POSEMESH.headerBytes) throw new Garbled('domain', 'headers of a part');
      return false;
    }
    this.#parts += 1;
    if (this.#parts > POSEMESH.parts) throw new Garbled('domain', 'too many parts');
    events.push({ kind: 'part', disposition: dispositionIn(this.#held.toString('utf8', 0, blank.index)) });
    this.#withCr = blank[1] !== '';
    // The line end stays: of a part without a byte it is that of the boundary.
    this.#held = this.#held.subarray(blank.index + blank[0].length - 1);
    this.#lead = true;
    this.#state = 'data';
    return true;
  }
}

function dispositionIn(headers: string): Disposition {
  for (const line of headers.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (line.slice(0, colon).trim().toLowerCase() !== 'content-disposition') continue;
    const [, ...rest] = line.slice(colon + 1).split(';');
    return parametersIn(rest.join(';'));
  }
  throw new Garbled('domain', 'Content-Disposition');
}

const PARAMETER = /\s*([^=;\s"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))\s*(?:;|$)/gy;

/** The first of a name counts. */
function parametersIn(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name, quoted, plain] of text.matchAll(PARAMETER)) {
    const key = name!.toLowerCase();
    if (!found.has(key)) found.set(key, quoted?.replaceAll(/\\(.)/g, '$1') ?? plain!.trim());
  }
  return found;
}
