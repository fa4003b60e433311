// A domain server for practice: hands out stored data and takes more, to those with the token of a job. What is large is made up as it is
// sent, and counted as it comes, so that gigabytes take no memory.

import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { type Listening, type ListenOptions, listen, readBody, sendJson } from '../http-server.ts';
import { type Fault, type FaultScript, Faults } from './faults.ts';
import { partHead, readForm } from './form.ts';

export interface DomainOptions extends ListenOptions {
  /** How data is handed out: by its address as a form, by `ids` as a form, or listed by `ids` and then raw. Default: all of them. */
  readonly style?: 'uri' | 'ids' | 'list' | 'all';
  /** Of uploads in parts, bytes; 0: there are none. Default 1 MiB. */
  readonly partBytes?: number;
  /** What it says it takes in one request; left out: it does not say. */
  readonly requestMaxBytes?: number;
}

export interface StoredData {
  readonly id: string;
  readonly domainId: string;
  readonly name: string;
  readonly dataType: string;
  readonly size: number;
  readonly sha256: string;
  /** Of small data. */
  readonly bytes: Buffer | undefined;
}

export interface DomainServer extends Listening {
  readonly domainId: string;
  /** A token for one domain until then. */
  grant(domainId: string, until: number): string;
  /** Tokens given before are refused from now on. */
  revoke(): void;
  /** Data that jobs can name as an input; of a number so many bytes are made up. */
  put(name: string, dataType: string, content: Buffer | number): StoredData;
  /** The address of stored data, as managers name inputs. */
  cidOf(data: Pick<StoredData, 'id'>): string;
  readonly data: readonly StoredData[];
  /** Uploads in parts that were begun and neither finished nor given up. */
  open(): number;
  /** How many were given up. */
  aborted(): number;
  /** Every request. */
  readonly requests: readonly Heard[];
  fault(fault: Fault, script?: FaultScript): void;
  clearFaults(): void;
  /** Requests that are kept without an answer by script. */
  held(): number;
}

interface Heard {
  readonly method: string;
  readonly path: string;
  /** Whether a token came with it. */
  readonly token: boolean;
  /** Of its body, as it says so itself; null: it does not. */
  readonly length: number | null;
}

interface Upload {
  readonly name: string;
  readonly dataType: string;
  readonly size: number;
  readonly existing: string | undefined;
  readonly parts: { readonly etag: string; readonly size: number }[];
  readonly hash: ReturnType<typeof createHash>;
  readonly kept: Buffer[];
}

/** An upload in parts, as it is begun. */
interface Asked {
  readonly name: string;
  readonly data_type: string;
  readonly size: number;
  readonly existing_id?: string | null;
}

/** The newest are kept, so that days of practice take no more memory than an hour. */
const MOST_DATA = 1000;
const MOST_REQUESTS = 10_000;
const MOST_BODY = 100 * 1024 * 1024;
const KEPT = 16 * 1024 * 1024;
const PIECE = Buffer.alloc(1024 * 1024, 'practice data ');
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

export async function startDomain(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  { style = 'all', partBytes = 1024 * 1024, requestMaxBytes, ...where }: DomainOptions = {},
): Promise<DomainServer> {
  const faults = new Faults(clock);
  const domainId = random.id();
  const grants = new Map<string, { readonly domainId: string; readonly until: number }>();
  const data = new Map<string, StoredData>();
  const uploads = new Map<string, Upload>();
  const requests: Heard[] = [];
  let aborted = 0;

  const described = ({ id, name, dataType, size, domainId: of }: StoredData) => ({
    id,
    domain_id: of,
    name,
    data_type: dataType,
    size,
  });
  const store = (stored: Omit<StoredData, 'id'>, id: string = random.id()) => {
    const all = { ...stored, id };
    data.set(id, all);
    for (const [old, { bytes }] of data) if (data.size > MOST_DATA && bytes) data.delete(old);
    return all;
  };
  const of = (domain: string) => [...data.values()].filter((one) => one.domainId === domain);

  async function sendForm(all: readonly StoredData[], res: ServerResponse): Promise<void> {
    const boundary = `practice-${random.bytes(8).toString('hex')}`;
    res.writeHead(200, { 'content-type': `multipart/form-data; boundary=${boundary}` });
    async function* body(): AsyncIterable<Buffer> {
      for (const one of all) {
        const { id, name, dataType, size } = one;
        yield Buffer.from(
          partHead(boundary, { name, 'data-type': dataType, id, 'domain-id': one.domainId, size, 'created-at': 'now' }),
        );
        yield* bytesOf(one);
        yield Buffer.from('\r\n');
      }
      yield Buffer.from(`--${boundary}--\r\n`);
    }
    await pipeline(Readable.from(body()), res).catch(() => undefined);
  }

  async function sendRaw(one: StoredData, res: ServerResponse): Promise<void> {
    res.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': one.size });
    await pipeline(Readable.from(bytesOf(one)), res).catch(() => undefined);
  }

  async function get(
    domain: string,
    id: string | undefined,
    query: URLSearchParams,
    accept: string,
    res: ServerResponse,
  ) {
    if (id !== undefined) {
      const one = data.get(id);
      if (one?.domainId !== domain) return sendJson(res, 404, { error: 'no such data' });
      if (query.get('raw') === 'true') return await sendRaw(one, res);
      return style === 'ids' || style === 'list'
        ? sendJson(res, 404, { error: 'no such route' })
        : await sendForm([one], res);
    }
    const [ids, name, type] = [query.get('ids')?.split(','), query.get('name'), query.get('data_type')];
    const found = of(domain).filter(
      (one) =>
        (ids?.includes(one.id) ?? true) && (name ?? one.name) === one.name && (type ?? one.dataType) === one.dataType,
    );
    if (accept.includes('multipart') && style !== 'list') {
      return style === 'uri' ? sendJson(res, 404, { error: 'no such route' }) : await sendForm(found, res);
    }
    sendJson(res, 200, { data: found.map(described) });
  }

  async function upload(domain: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await readBody(req, MOST_BODY);
    if (requestMaxBytes !== undefined && body.length > requestMaxBytes)
      return sendJson(res, 413, { error: 'too large' });
    const parts = readForm(req.headers['content-type'], body);
    if (parts?.length !== 1) return sendJson(res, 400, { error: 'form' });
    const { parameters, data: bytes } = parts[0]!;
    const { id, name, 'data-type': dataType } = parameters;
    const known = id === undefined ? undefined : data.get(id);
    if (req.method === 'PUT' ? !known : !name || !dataType) return sendJson(res, 400, { error: 'parameters' });
    const stored = store(
      {
        domainId: domain,
        name: known?.name ?? name!,
        dataType: known?.dataType ?? dataType!,
        size: bytes.length,
        sha256: sha256(bytes),
        bytes,
      },
      known?.id,
    );
    sendJson(res, 200, { data: [described(stored)] });
  }

  async function multipart(domain: string, query: URLSearchParams, req: IncomingMessage, res: ServerResponse) {
    if (partBytes === 0) return sendJson(res, 404, { error: 'no such route' });
    const uploadId = query.get('uploadId');
    if (query.has('uploads')) {
      const asked = JSON.parse((await readBody(req, MOST_BODY)).toString()) as Asked;
      const { name, data_type, size, existing_id } = asked;
      const id = random.id();
      const fresh = { name, dataType: data_type, size, existing: existing_id ?? undefined };
      uploads.set(id, { ...fresh, parts: [], hash: createHash('sha256'), kept: [] });
      return sendJson(res, 200, { upload_id: id, part_size: partBytes });
    }
    const held = uploads.get(uploadId ?? '');
    if (!held) return sendJson(res, 404, { error: 'no such upload' });
    if (req.method === 'DELETE') {
      uploads.delete(uploadId!);
      aborted += 1;
      return sendJson(res, 200, {});
    }
    if (req.method === 'PUT') return await takePart(held, Number(query.get('partNumber')), req, res);
    const { parts } = JSON.parse((await readBody(req, MOST_BODY)).toString()) as { parts: { etag: string }[] };
    const whole = held.parts.reduce((sum, { size }) => sum + size, 0) === held.size;
    if (!whole || parts.map(({ etag }) => etag).join() !== held.parts.map(({ etag }) => etag).join()) {
      return sendJson(res, 400, { error: 'parts' });
    }
    uploads.delete(uploadId!);
    const { name, dataType, size, existing, hash, kept } = held;
    const bytes = size <= KEPT ? Buffer.concat(kept) : undefined;
    const stored = store({ domainId: domain, name, dataType, size, sha256: hash.digest('hex'), bytes }, existing);
    sendJson(res, 200, described(stored));
  }

  /** In their order. */
  async function takePart(held: Upload, number: number, req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (number !== held.parts.length + 1) return sendJson(res, 400, { error: 'order' });
    const hash = createHash('md5');
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of req as AsyncIterable<Buffer>) {
      size += piece.length;
      hash.update(piece);
      held.hash.update(piece);
      if (held.size <= KEPT) pieces.push(piece);
    }
    const last = number === Math.ceil(held.size / partBytes);
    if (last ? size === 0 || size > partBytes : size !== partBytes) return sendJson(res, 400, { error: 'size' });
    const etag = hash.digest('hex');
    held.parts.push({ etag, size });
    held.kept.push(...pieces);
    sendJson(res, 200, { etag });
  }

  const server = await listen(async (req: IncomingMessage, res: ServerResponse) => {
    const url = new URL(req.url ?? '/', 'http://domain');
    const grant = grants.get(/^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1] ?? '');
    const { authorization, 'content-length': length } = req.headers;
    requests.push({
      method: req.method ?? '',
      path: req.url ?? '',
      token: authorization !== undefined,
      length: length === undefined ? null : Number(length),
    });
    if (requests.length > MOST_REQUESTS) requests.shift();
    const [, domain, rest] = /^\/api\/v1\/domains\/([^/]+)\/data(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    const route =
      url.pathname === '/api/v1/info'
        ? 'info'
        : rest === 'multipart'
          ? `multipart ${req.method}`
          : `data ${req.method}`;
    if (await faults.meet(route, req, res)) return;
    if (route === 'info') {
      const upload = { request_max_bytes: requestMaxBytes, multipart: { enabled: partBytes > 0 } };
      return requestMaxBytes === undefined ? sendJson(res, 404, {}) : sendJson(res, 200, { upload });
    }
    if (domain === undefined) return sendJson(res, 404, { error: 'not found' });
    if (!grant || grant.until <= clock.now() || grant.domainId !== domain)
      return sendJson(res, 401, { error: 'token' });
    if (rest === 'multipart') return await multipart(domain, url.searchParams, req, res);
    if (req.method === 'GET') return await get(domain, rest, url.searchParams, req.headers.accept ?? '', res);
    if (rest === undefined && (req.method === 'POST' || req.method === 'PUT')) return await upload(domain, req, res);
    sendJson(res, 405, { error: 'method' });
  }, where);

  return {
    ...server,
    domainId,
    grant(domain, until) {
      const token = `domain.${random.bytes(24).toString('hex')}`;
      grants.set(token, { domainId: domain, until });
      return token;
    },
    revoke: () => grants.clear(),
    put(name, dataType, content) {
      const bytes = typeof content === 'number' ? undefined : content;
      const size = typeof content === 'number' ? content : content.length;
      return store({ domainId, name, dataType, size, sha256: bytes ? sha256(bytes) : '', bytes });
    },
    cidOf: ({ id }) => `${server.url}/api/v1/domains/${domainId}/data/${id}`,
    get data() {
      return [...data.values()];
    },
    open: () => uploads.size,
    aborted: () => aborted,
    requests,
    fault: (fault, script) => faults.add(fault, script),
    clearFaults: () => faults.clear(),
    held: () => faults.held,
  };
}

function* bytesOf({ bytes, size }: StoredData): Iterable<Buffer> {
  if (bytes) return void (bytes.length > 0 && (yield bytes));
  for (let left = size; left > 0; left -= PIECE.length) yield PIECE.subarray(0, Math.min(left, PIECE.length));
}
