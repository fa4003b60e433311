// What the load generator sends, made as far as possible beforehand.
import { frame, INIT } from '../../src-main/practice/iicp/framing.ts';
import { type Body, bodyMaker } from './bodies.ts';
import type { Order } from './order.ts';

/** Small requests go out as one string, large ones as their two parts. */
export type Request = string | readonly [string, Buffer];

const SMALL = 16 * 1024;

/** What opens a connection, before the first request. */
export function greetingOf({ wrapping }: Order): Buffer | undefined {
  return wrapping.kind === 'native' ? frame(INIT, [[1, 1]]) : undefined;
}

/** The next request at each call; undefined: all that were made beforehand are sent. */
export function requests(order: Order): () => Request | undefined {
  const { wrapping, bytes, most } = order;
  const make = bodyMaker(wrapping, bytes);
  const framed = wrapping.kind === 'native' || wrapping.kind === 'raw';
  const whole = framed ? bytesOf : requestOf(order);
  if (wrapping.kind !== 'sealed' || most === undefined) return () => whole(make());
  const ready = Array.from({ length: most }, () => whole(make()));
  return () => ready.pop();
}

/** Without a head: the body says it all. */
function bytesOf({ back }: Body): Request {
  return back.length < SMALL ? back.toString('latin1') : ['', back];
}

function requestOf({ url, headers = {} }: Order): (body: Body) => Request {
  const { host, pathname } = new URL(url);
  const lines = Object.entries({ host, 'content-type': 'application/json', ...headers });
  const head = `POST ${pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}content-length: `;
  let back: Buffer | undefined;
  let backText = '';
  return (body) => {
    if (body.back !== back) {
      back = body.back;
      backText = back.length < SMALL ? back.toString('latin1') : '';
    }
    const front = `${head}${Buffer.byteLength(body.front) + body.back.length}\r\n\r\n${body.front}`;
    return back.length < SMALL ? front + backText : [front, body.back];
  };
}
