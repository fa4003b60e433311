// A D-Bus of its own for a test, with services on it that speak the wire protocol (D-Bus Specification 0.43): just enough to
// own a name and answer method calls. Little endian throughout.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { delimiter, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './folder.ts';

/** Whether a program is there to be run. */
export function hasProgram(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Answers a call with its body's signature and values, or undefined: no such thing; or not at all. */
export type Answerer = (
  call: Call,
) => { readonly signature: string; readonly values: readonly unknown[] } | 'silence' | undefined;

export interface Call {
  readonly path: string;
  readonly face: string;
  readonly member: string;
  /** Arguments, where they are all texts. */
  readonly texts: readonly string[];
}

export interface TestBus {
  /** For programs that look for the session's bus and the system's. */
  readonly env: Readonly<Record<string, string>>;
  /** Puts a service on the bus. */
  serve(name: string, answer: Answerer): Promise<void>;
}

export async function testBus(): Promise<TestBus> {
  const address = `unix:path=${join(temporaryFolder(), 'bus')}`;
  const daemon = spawn('dbus-daemon', ['--session', '--nofork', '--print-address=1', `--address=${address}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const gone = once(daemon, 'exit');
  onTestFinished(async () => {
    daemon.kill();
    await gone;
  });
  await Promise.race([
    once(daemon.stdout, 'data'),
    gone.then(([code]) => Promise.reject(new Error(`dbus-daemon ended with ${String(code)}`))),
  ]);
  return {
    env: { DBUS_SESSION_BUS_ADDRESS: address, DBUS_SYSTEM_BUS_ADDRESS: address },
    serve: (name, answer) => serve(address.slice('unix:path='.length), name, answer),
  };
}

const HELLO = { path: '/org/freedesktop/DBus', face: 'org.freedesktop.DBus', to: 'org.freedesktop.DBus' };

async function serve(path: string, name: string, answer: Answerer): Promise<void> {
  const socket = connect(path);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  const uid = Buffer.from(String(process.getuid!())).toString('hex');
  socket.write(`\0AUTH EXTERNAL ${uid}\r\n`);
  const [ok] = (await once(socket, 'data')) as [Buffer];
  if (!ok.toString().startsWith('OK ')) throw new Error(`the bus said ${ok.toString()}`);
  socket.write('BEGIN\r\n');
  const replies = new Map<number, () => void>();
  let serial = 0;
  const ask = (member: string, signature: string, values: readonly unknown[]) =>
    new Promise<void>((resolve) => {
      serial += 1;
      replies.set(serial, resolve);
      socket.write(message(1, serial, { 1: HELLO.path, 2: HELLO.face, 3: member, 6: HELLO.to }, signature, values));
    });
  read(socket, ({ type, at, fields, texts }) => {
    if (type === 2) return replies.get(Number(fields.get(5)))?.();
    if (type !== 1) return;
    const call = { path: String(fields.get(1)), face: String(fields.get(2)), member: String(fields.get(3)), texts };
    const said = answer(call);
    if (said === 'silence') return;
    const back = { 5: at, 6: String(fields.get(7)) };
    serial += 1;
    if (said) socket.write(message(2, serial, back, said.signature, said.values));
    else socket.write(message(3, serial, { ...back, 4: 'org.freedesktop.DBus.Error.UnknownMethod' }, '', []));
  });
  await ask('Hello', '', []);
  await ask('RequestName', 'su', [name, 0]);
}

interface Incoming {
  readonly type: number;
  readonly at: number;
  /** 1 path, 2 interface, 3 member, 5 reply serial, 7 sender. */
  readonly fields: ReadonlyMap<number, string | number>;
  readonly texts: readonly string[];
}

function read(socket: Socket, take: (incoming: Incoming) => void): void {
  let held = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 16) {
      const fieldBytes = held.readUInt32LE(12);
      const head = padded(16 + fieldBytes, 8);
      const whole = head + held.readUInt32LE(4);
      if (held.length < whole) return;
      take(parse(held.subarray(0, whole), 16 + fieldBytes, head));
      held = held.subarray(whole);
    }
  });
}

function parse(bytes: Buffer, fieldsEnd: number, bodyStart: number): Incoming {
  const fields = new Map<number, string | number>();
  let at = 16;
  while (at < fieldsEnd) {
    at = padded(at, 8);
    const code = bytes[at]!;
    const type = String.fromCharCode(bytes[at + 2]!);
    at += 4;
    if (type === 'g') {
      fields.set(code, bytes.toString('utf8', at + 1, at + 1 + bytes[at]!));
      at += bytes[at]! + 2;
    } else if (type === 'u') {
      fields.set(code, bytes.readUInt32LE(at));
      at += 4;
    } else {
      const length = bytes.readUInt32LE(at);
      fields.set(code, bytes.toString('utf8', at + 4, at + 4 + length));
      at += length + 5;
    }
  }
  const texts: string[] = [];
  if (/^s+$/.test(String(fields.get(8) ?? ''))) {
    for (let from = bodyStart; from < bytes.length; ) {
      const length = bytes.readUInt32LE(padded(from, 4));
      texts.push(bytes.toString('utf8', padded(from, 4) + 4, padded(from, 4) + 4 + length));
      from = padded(from, 4) + length + 5;
    }
  }
  return { type: bytes[1]!, at: bytes.readUInt32LE(8), fields, texts };
}

/** Types of the header's fields, by their codes. */
const FIELDS: Readonly<Record<number, string>> = { 1: 'o', 2: 's', 3: 's', 4: 's', 5: 'u', 6: 's', 8: 'g' };

function message(
  type: number,
  serial: number,
  fields: Readonly<Record<number, string | number>>,
  signature: string,
  values: readonly unknown[],
): Buffer {
  const body = new Writer();
  for (const [index, one] of typesIn(signature).entries()) body.put(one, values[index]);
  const all = signature === '' ? fields : { ...fields, 8: signature };
  const head = new Writer();
  for (const byte of [0x6c, type, 0, 1]) head.put('y', byte);
  head.put('u', body.bytes.length);
  head.put('u', serial);
  const listed = Object.entries(all).map(([code, value]) => [Number(code), { type: FIELDS[Number(code)]!, value }]);
  head.put('a(yv)', listed);
  head.align(8);
  return Buffer.from([...head.bytes, ...body.bytes]);
}

/** A value inside a variant. */
export interface Variant {
  readonly type: string;
  readonly value: unknown;
}

class Writer {
  readonly bytes: number[] = [];

  align(to: number): void {
    while (this.bytes.length % to !== 0) this.bytes.push(0);
  }

  put(type: string, value: unknown): void {
    const first = type[0]!;
    switch (first) {
      case 'y':
        this.bytes.push(Number(value));
        break;
      case 'b':
      case 'u':
        this.#number(4, BigInt(Number(value)));
        break;
      case 't':
        this.#number(8, BigInt(value as number));
        break;
      case 's':
      case 'o': {
        const text = Buffer.from(String(value));
        this.#number(4, BigInt(text.length));
        this.bytes.push(...text, 0);
        break;
      }
      case 'g': {
        const text = Buffer.from(String(value));
        this.bytes.push(text.length, ...text, 0);
        break;
      }
      case 'v': {
        const { type: inner, value: held } = value as Variant;
        this.put('g', inner);
        this.put(inner, held);
        break;
      }
      case 'a':
        this.#array(type.slice(1), value as readonly unknown[]);
        break;
      default: {
        this.align(8);
        const members = value as readonly unknown[];
        for (const [index, one] of typesIn(type.slice(1, -1)).entries()) this.put(one, members[index]);
      }
    }
  }

  #array(type: string, values: readonly unknown[]): void {
    this.#number(4, 0n);
    const lengthAt = this.bytes.length - 4;
    this.align(/^[({t]/.test(type) ? 8 : type === 'y' || type === 'g' || type === 'v' ? 1 : 4);
    const start = this.bytes.length;
    for (const value of values) this.put(type, value);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(this.bytes.length - start);
    this.bytes.splice(lengthAt, 4, ...length);
  }

  #number(size: 4 | 8, value: bigint): void {
    this.align(size);
    for (let shift = 0n; shift < BigInt(size) * 8n; shift += 8n) this.bytes.push(Number((value >> shift) & 0xffn));
  }
}

/** `a(susso)u` is two: `a(susso)` and `u`. */
function typesIn(signature: string): string[] {
  const types: string[] = [];
  let at = 0;
  while (at < signature.length) {
    const start = at;
    while (signature[at] === 'a') at += 1;
    let depth = 0;
    do {
      if ('({'.includes(signature[at]!)) depth += 1;
      if (')}'.includes(signature[at]!)) depth -= 1;
      at += 1;
    } while (depth > 0);
    types.push(signature.slice(start, at));
  }
  return types;
}

function padded(at: number, to: number): number {
  return Math.ceil(at / to) * to;
}
