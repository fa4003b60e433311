// Tasks that a relay hands on to a node it knows (IICP 2.7).
import { describe, expect, it, onTestFinished } from 'vitest';
import { PeerForward } from '../../../../../src-main/networks/iicp/relay/peer.ts';
import { listen, readBody } from '../../../../../src-main/practice/http-server.ts';

const never = new AbortController().signal;

async function peer(answer: string, status = 200) {
  const asked: string[] = [];
  const server = await listen(async (req, res) => {
    asked.push(`${req.method} ${req.url} ${req.headers['content-type']} ${(await readBody(req, 1000)).toString()}`);
    res.writeHead(status).end(answer);
  });
  onTestFinished(() => server.stop());
  return { ...server, asked };
}

const EMPTY = Buffer.from('{}');

function forward(options: { readonly local?: boolean; readonly most?: number } = {}) {
  const self = new PeerForward({ local: true, most: 1000, ...options });
  onTestFinished(() => self.close());
  return self;
}

describe('a task for a peer', () => {
  it.each([
    ['', 200],
    ['/', 200],
    ['/', 429],
  ])('is posted below its endpoint, and comes back as it is (%j, %i)', async (tail, status) => {
    const { url, asked } = await peer('{"any": "thing" }', status);
    expect(await forward().send(url + tail, Buffer.from('{"task_id":"t"}'), never)).toEqual({
      status,
      text: Buffer.from('{"any": "thing" }'),
    });
    expect(asked).toEqual(['POST /v1/task application/json {"task_id":"t"}']);
  });

  it('is not sent into a private network', async () => {
    const { url, asked } = await peer('{}');
    expect(await forward({ local: false }).send(url, EMPTY, never)).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('has failed where the answer is too large, where nobody answers, and where the caller has gone', async () => {
    const { url, stop } = await peer('x'.repeat(1001));
    expect(await forward().send(url, EMPTY, never)).toBeUndefined();
    expect(await forward().send(url, EMPTY, AbortSignal.abort())).toBeUndefined();
    await stop();
    expect(await forward().send(url, EMPTY, never)).toBeUndefined();
  });
});
