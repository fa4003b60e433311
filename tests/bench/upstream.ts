// The model server behind everything that is measured. It reads each request to its end and answers with the same chat
// completion, over bare sockets: a full HTTP server here would cost as much processor as what is measured, and on few cores be
// measured itself. Small faults of a request are not its business; the node's own tests have a real model server for that.
//   --delay-ms 20   before each chat's answer; GET /at-once then tells how many it worked on at the same time, at the most
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { MODEL } from './bodies.ts';

const { values: flags } = parseArgs({ options: { 'delay-ms': { type: 'string', default: '0' } } });
const delayMs = Number(flags['delay-ms']);

const COMPLETION = JSON.stringify({
  id: 'chatcmpl-9-18',
  created: 1_795_246_208,
  model: MODEL,
  system_fingerprint: 'fp_practice',
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content:
          'a small fire that warm hands and old stories keep through the winter evenings, until morning comes; neighbours bring wood and bread, and take home a few songs, old maps and good tales.',
      },
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 9, completion_tokens: 18, total_tokens: 27 },
});
const MODELS = JSON.stringify({
  object: 'list',
  data: [{ id: MODEL, object: 'model', created: 1_700_000_000, owned_by: 'practice' }],
});
const NOT_FOUND = JSON.stringify({ error: { message: 'Invalid URL', type: 'invalid_request_error' } });

const reply = (status: string, body: string) =>
  Buffer.from(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
const COMPLETED = reply('200 OK', COMPLETION);
const LISTED = reply('200 OK', MODELS);
const MISSING = reply('404 Not Found', NOT_FOUND);
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';

/** Chats that are worked on, and the most there were since the last question. */
let working = 0;
let most = 0;
let looking = false;

/**
 * One more or less. Who hung up frees a place before the next chat is sent, but the two arrive on different connections: only when
 * all has been read that there is, is it known how many are left.
 */
function count(change: 1 | -1): void {
  working += change;
  if (looking) return;
  looking = true;
  setImmediate(() => {
    looking = false;
    most = Math.max(most, working);
  });
}

function answerTo(head: string): Buffer {
  if (head.startsWith('POST /v1/chat/completions ')) return COMPLETED;
  if (head.startsWith('GET /at-once ')) {
    const told = reply('200 OK', JSON.stringify({ most, working }));
    most = working;
    return told;
  }
  return head.startsWith('GET /v1/models ') ? LISTED : MISSING;
}

/** Follows one connection's requests, one at a time. */
function serve(socket: Socket): void {
  let head = '';
  let answer: Buffer | undefined;
  /** Bytes of the body still to come; -1 where it comes in chunks. */
  let left = 0;
  let tail = '';

  let later: NodeJS.Timeout | undefined;

  const gone = () => {
    if (later === undefined) return;
    clearTimeout(later);
    later = undefined;
    count(-1);
  };
  const answerLater = (what: Buffer) => {
    count(1);
    later = setTimeout(() => {
      later = undefined;
      count(-1);
      socket.write(what);
    }, delayMs);
  };

  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('error', gone).on('end', gone);
  socket.on('data', (bytes: Buffer) => {
    if (answer === undefined) {
      const seen = head.length;
      head += bytes.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const names = head.slice(0, end).toLowerCase();
      answer = answerTo(head);
      left = names.includes('\r\ntransfer-encoding: chunked')
        ? -1
        : Number(/\r\ncontent-length: *(\d+)/.exec(names)?.[1] ?? 0);
      if (names.includes('\r\nexpect: 100-continue')) socket.write(CONTINUE);
      bytes = bytes.subarray(end + 4 - seen);
      head = '';
    }
    if (left < 0) {
      tail = (tail + bytes.toString('latin1', Math.max(0, bytes.length - 7))).slice(-7);
      if (!tail.endsWith('\r\n0\r\n\r\n')) return;
      tail = '';
    } else {
      left -= bytes.length;
      if (left > 0) return;
    }
    if (delayMs > 0 && answer === COMPLETED) answerLater(answer);
    else socket.write(answer);
    answer = undefined;
  });
}

const server = createServer(serve);
server.listen(0, '127.0.0.1', 1024, () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
