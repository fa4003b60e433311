// Reads one HTTP/1.1 reply from the bytes of a connection, in whatever pieces they come. Pure: no socket, no time. As strict as
// parsers of good name are: what two of them could read differently is no HTTP here.

const MOST_HEAD = 16 * 1024;
const MOST_BODY = 16 * 1024 * 1024;
/** A chunk's size with its extensions, or one line of the trailers. */
const MOST_LINE = 1024;
/** All lines between chunks together: in chunks of a byte each, they would be most of the work. */
const MOST_LINES = 4 * 1024 * 1024;
/** What comes in small pieces is gathered in blocks up to this size: kept by itself, each would take a hundred bytes more. */
const LARGEST_BLOCK = 64 * 1024;
const SMALLEST_BLOCK = 1024;

const STATUS = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |$)/;
const FIELD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\r\n\0]*$/;
const CHUNK_SIZE = /^([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n\0]*)?$/;
const LONGEST_LENGTH = /^\d{1,15}$/;

export interface Reply {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly contentType: string;
  readonly bytes: Buffer;
  /** Whether the connection may carry another request, and for how long it may wait for it: what the server says. */
  readonly keep: { readonly ms: number } | undefined;
}

/** After anything but `more` nothing is read further. */
export type Verdict = 'more' | 'done' | 'not-http' | 'too-large';

type State = 'head' | 'sized' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers' | 'until-close' | 'over';

export class ReplyReader {
  readonly #heard: ((bytes: Buffer) => void) | undefined;
  #state: State = 'head';
  /** What came of a head or a line that is not whole. */
  #text = '';
  #status = 0;
  #retryAfter: string | undefined;
  #contentType = '';
  #keepMs = 0;
  /** Bytes still to come of the body, or of its chunk. */
  #left = 0;
  #trailers = 0;
  #lines = 0;
  /** Full but for the last, which has room left. */
  #parts: Buffer[] = [];
  #room = 0;
  #size = 0;
  #excess = false;

  /** `heard` gets the body of a good answer as it comes; its bytes are only lent. */
  constructor(heard?: (bytes: Buffer) => void) {
    this.#heard = heard;
  }

  /** Takes the first `length` bytes; copies what it keeps. */
  feed(bytes: Buffer, length = bytes.length): Verdict {
    let at = 0;
    while (at < length || this.#state === 'over') {
      let next: number | Verdict;
      switch (this.#state) {
        case 'head':
          next = this.#head(bytes, at, length);
          break;
        case 'sized':
        case 'chunk':
          next = this.#body(bytes, at, Math.min(length, at + this.#left));
          break;
        case 'until-close':
          next = this.#body(bytes, at, length);
          break;
        case 'chunk-size':
        case 'chunk-end':
        case 'trailers':
          next = this.#line(bytes, at, length);
          break;
        case 'over':
          this.#excess ||= at < length;
          return 'done';
      }
      if (typeof next === 'string') return next;
      at = next;
    }
    return 'more';
  }

  /** The server has ended the connection. True where that is how this reply ends. */
  end(): boolean {
    return this.#state === 'until-close';
  }

  /** Once it is done. */
  get reply(): Reply {
    const [first] = this.#parts;
    return {
      status: this.#status,
      retryAfter: this.#retryAfter,
      contentType: this.#contentType,
      bytes: this.#parts.length === 1 && first ? first : Buffer.concat(this.#parts, this.#size),
      keep: this.#state === 'over' && !this.#excess && this.#keepMs > 0 ? { ms: this.#keepMs } : undefined,
    };
  }

  #head(bytes: Buffer, from: number, length: number): number | Verdict {
    const known = this.#text.length;
    const text = this.#text + bytes.toString('latin1', from, Math.min(length, from + MOST_HEAD - known));
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) {
      if (text.length >= MOST_HEAD || !'HTTP/1.'.startsWith(text.slice(0, 7)) || /[^\r]\n/.test(text))
        return 'not-http';
      this.#text = text;
      return length;
    }
    this.#text = '';
    const next = from + end + 4 - known;
    const verdict = this.#fields(text.slice(0, end).split('\r\n'));
    return verdict === 'more' ? next : verdict;
  }

  #fields([first = '', ...lines]: readonly string[]): Verdict {
    const [, minor, code] = STATUS.exec(first) ?? [];
    if (code === undefined) return 'not-http';
    const status = Number(code);
    let length: string | undefined;
    let coding: string | undefined;
    let connection = '';
    let keepAlive = '';
    this.#retryAfter = undefined;
    this.#contentType = '';
    for (const line of lines) {
      if (!FIELD.test(line)) return 'not-http';
      const colon = line.indexOf(':');
      switch (line.slice(0, colon).toLowerCase()) {
        case 'content-length': {
          const value = line.slice(colon + 1).trim();
          if (!LONGEST_LENGTH.test(value) || (length !== undefined && length !== value)) return 'not-http';
          length = value;
          break;
        }
        case 'transfer-encoding':
          if (coding !== undefined) return 'not-http';
          coding = line.slice(colon + 1).trim();
          break;
        case 'connection':
          connection += `${line.slice(colon + 1).toLowerCase()},`;
          break;
        case 'keep-alive':
          keepAlive = line.slice(colon + 1);
          break;
        case 'retry-after':
          this.#retryAfter = line.slice(colon + 1).trim();
          break;
        case 'content-type':
          this.#contentType = line.slice(colon + 1).trim();
      }
    }
    // No other protocol was asked for.
    if (status === 101) return 'not-http';
    if (status < 200) return 'more';
    this.#status = status;
    this.#keepMs = keepMs(minor === '1', connection, keepAlive);
    return this.#framing(length, coding);
  }

  /** RFC 9112, 6.3. */
  #framing(length: string | undefined, coding: string | undefined): Verdict {
    if (coding !== undefined) {
      if (length !== undefined || coding.toLowerCase() !== 'chunked') return 'not-http';
      this.#state = 'chunk-size';
    } else if (this.#status === 204 || this.#status === 304) this.#state = 'over';
    else if (length === undefined) this.#state = 'until-close';
    else {
      this.#left = Number(length);
      if (this.#left > MOST_BODY) return 'too-large';
      this.#state = this.#left === 0 ? 'over' : 'sized';
    }
    return 'more';
  }

  #body(bytes: Buffer, from: number, to: number): number | Verdict {
    this.#size += to - from;
    if (this.#size > MOST_BODY) return 'too-large';
    const piece = bytes.subarray(from, to);
    this.#keep(piece);
    if (this.#status < 300) this.#heard?.(piece);
    this.#left -= to - from;
    if (this.#left === 0) this.#state = this.#state === 'sized' ? 'over' : 'chunk-end';
    return to;
  }

  #keep(piece: Buffer): void {
    const last = this.#parts.at(-1);
    // Most replies come whole.
    if (!last) {
      this.#parts.push(Buffer.from(piece));
      return;
    }
    const fits = piece.copy(last, last.length - this.#room);
    this.#room -= fits;
    const rest = piece.subarray(fits);
    if (rest.length === 0) return;
    const growing = Math.min(LARGEST_BLOCK, Math.max(SMALLEST_BLOCK, this.#size));
    const block = Buffer.allocUnsafe(Math.max(growing, rest.length));
    rest.copy(block);
    this.#parts.push(block);
    this.#room = block.length - rest.length;
  }

  #line(bytes: Buffer, from: number, length: number): number | Verdict {
    const found = bytes.subarray(from, length).indexOf(0x0a);
    const next = found < 0 ? length : from + found + 1;
    this.#text += bytes.toString('latin1', from, Math.min(next, from + MOST_LINE));
    if (this.#text.length >= MOST_LINE) return 'not-http';
    if (found < 0) return next;
    if (!this.#text.endsWith('\r\n')) return 'not-http';
    this.#lines += this.#text.length;
    if (this.#lines > MOST_LINES) return 'too-large';
    const line = this.#text.slice(0, -2);
    this.#text = '';
    return this.#takeLine(line) ? next : 'not-http';
  }

  #takeLine(line: string): boolean {
    if (this.#state === 'chunk-end') {
      this.#state = 'chunk-size';
      return line === '';
    }
    if (this.#state === 'trailers') {
      if (line === '') this.#state = 'over';
      this.#trailers += line.length;
      return this.#trailers < MOST_HEAD && (line === '' || FIELD.test(line));
    }
    const size = CHUNK_SIZE.exec(line)?.[1];
    if (size === undefined) return false;
    this.#left = Number.parseInt(size, 16);
    this.#state = this.#left === 0 ? 'trailers' : 'chunk';
    return true;
  }
}

const MOST_KEEP_MS = 600_000;

/** How long the server says it keeps the connection; 0 where it does not. */
function keepMs(persistent: boolean, connection: string, keepAlive: string): number {
  if (/(?:^|,)\s*close\s*(?:,|$)/.test(connection)) return 0;
  if (!persistent && !/(?:^|,)\s*keep-alive\s*(?:,|$)/.test(connection)) return 0;
  const seconds = /(?:^|[,\s])timeout=(\d{1,6})/i.exec(keepAlive)?.[1];
  return seconds === undefined ? MOST_KEEP_MS : Math.min(MOST_KEEP_MS, Number(seconds) * 1000);
}
