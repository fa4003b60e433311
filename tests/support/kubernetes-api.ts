// A little Kubernetes for tests: the part of its API that boxes need, over TLS. What it is told and what it answers is held to the recorded OpenAPI
// document; it counts versions, answers watches, refuses as a real one does, and what it does not know it refuses as well.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { V1Pod } from '@kubernetes/client-node';
import { type WebSocket, WebSocketServer } from 'ws';
import { answer, FaultyApi } from './faulty-api.ts';
import { Nodes } from './kubernetes-nodes.ts';
import { assertNamed, assertQuota, defaulted, Refused, Schemas, type Thing, violations } from './kubernetes-rules.ts';
import { CERTIFICATE } from './localhost-tls.ts';

export const TOKEN = randomUUID();

const KINDS: Readonly<Record<string, string>> = {
  namespaces: 'Namespace',
  pods: 'Pod',
  podtemplates: 'PodTemplate',
  services: 'Service',
  secrets: 'Secret',
  configmaps: 'ConfigMap',
  persistentvolumeclaims: 'PersistentVolumeClaim',
  resourcequotas: 'ResourceQuota',
  networkpolicies: 'NetworkPolicy',
};
const QUERIES: Readonly<Record<string, readonly string[]>> = {
  GET: 'labelSelector limit watch resourceVersion timeoutSeconds allowWatchBookmarks container tailLines limitBytes'.split(
    ' ',
  ),
  POST: ['fieldValidation', 'fieldManager', 'dryRun'],
  PUT: ['fieldValidation', 'fieldManager', 'dryRun'],
  DELETE: ['propagationPolicy', 'gracePeriodSeconds'],
};

interface Happened {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Thing;
}

export class KubernetesApi extends FaultyApi {
  readonly things: Thing[] = [];
  /** What it answered that no schema knows. */
  readonly wrong: string[] = [];
  /** What whoever admits pods makes of them. */
  admit: (thing: Thing) => void = () => undefined;
  /** Whether its nodes say what their pods use. */
  summaries = true;
  balancer: string | undefined = '203.0.113.9';
  readonly nodes: Nodes;
  readonly #schemas = new Schemas();
  readonly #sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (all) => (all.has('v4.channel.k8s.io') ? 'v4.channel.k8s.io' : false),
  });
  readonly #watchers = new Set<(happened: Happened) => void>();
  readonly #watches = new Set<ServerResponse>();
  #history: Happened[] = [];
  #forgotten = 0;
  #version = 1;

  constructor() {
    super();
    this.nodes = new Nodes({
      things: (kind, namespace) => this.of(kind, namespace),
      changed: (thing) => this.#say('MODIFIED', thing),
      gone: (thing) => this.#drop(thing),
    });
    this.things.push({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kubernetes', namespace: 'default', uid: 'kubernetes', resourceVersion: '1' },
      spec: { clusterIP: '10.96.0.1', ports: [{ port: 443 }] },
    });
  }

  get kubeconfig(): string {
    const cluster = { server: this.at, 'certificate-authority-data': Buffer.from(CERTIFICATE).toString('base64') };
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'here',
      clusters: [{ name: 'here', cluster }],
      users: [{ name: 'me', user: { token: TOKEN } }],
      contexts: [{ name: 'here', context: { cluster: 'here', user: 'me' } }],
    });
  }

  of(kind: string, namespace?: string): readonly Thing[] {
    return this.things.filter(
      (each) => each.kind === kind && (namespace ?? each.metadata.namespace) === each.metadata.namespace,
    );
  }

  async stop(): Promise<void> {
    await this.nodes.stop();
    await this.away();
  }

  /** How many watches it has to answer now. */
  get watching(): number {
    return this.#watchers.size;
  }

  /** Versions before now can't be watched from any more. */
  forget(): void {
    this.#version += 1;
    this.#forgotten = this.#version;
    this.#history = [];
    for (const watch of this.#watches) watch.end();
  }

  protected async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.at);
    const method = request.method ?? 'GET';
    const said = `${method} ${url.pathname}${url.searchParams.has('dryRun') ? '?dryRun' : ''}`;
    const fault = this.spoilt(said, request, response);
    if (fault === 'over') return;
    try {
      if (fault) throw new Refused(fault.status, 'InternalError', fault.message);
      if (request.headers.authorization !== `Bearer ${TOKEN}`) throw new Refused(401, 'Unauthorized', 'Unauthorized');
      const strange = [...url.searchParams.keys()].filter((name) => !QUERIES[method]?.includes(name));
      if (strange.length > 0) throw new Refused(400, 'BadRequest', `unknown query ${strange.join(' ')}`);
      if (url.searchParams.has('watch')) return this.#watch(url, response);
      const answered = await this.#answer(method, url, await bodyOf(request));
      if (Buffer.isBuffer(answered)) {
        response.writeHead(200, { 'content-type': 'text/plain' });
        return void response.end(answered);
      }
      answer(response, method === 'POST' ? 201 : 200, this.#checked(answered));
    } catch (error) {
      const refused = error instanceof Refused ? error : new Refused(500, 'InternalError', String(error));
      const { code, reason, message } = refused;
      answer(
        response,
        code,
        this.#checked({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code }),
      );
    }
  }

  #checked(answer: object): object {
    const { kind } = answer as { kind?: string };
    const wrong = kind === undefined ? undefined : this.#schemas.wrong(kind, answer);
    if (wrong !== undefined) this.wrong.push(`${kind}: ${wrong}`);
    return answer;
  }

  async #answer(method: string, url: URL, body: Thing | undefined): Promise<object | Buffer> {
    const at = placeOf(url.pathname);
    const { kind, namespace, name, sub } = at;
    if (url.pathname === '/api/v1/nodes' && method === 'GET')
      return {
        apiVersion: 'v1',
        kind: 'NodeList',
        metadata: { resourceVersion: String(this.#version) },
        items: this.nodes.nodes,
      };
    const [, node, metrics] =
      /^\/api\/v1\/nodes\/([^/]+)\/proxy\/stats\/summary$/.exec(url.pathname) ??
      /^\/apis\/(metrics)\.k8s\.io\/v1beta1\/namespaces\/[^/]+\/pods\/([^/]+)$/.exec(url.pathname) ??
      [];
    if (metrics !== undefined)
      return {
        metadata: { name: metrics },
        timestamp: '',
        window: '15s',
        containers: [{ name: 'box', usage: { cpu: '250000000n', memory: '3906Ki' } }],
      };
    if (node !== undefined) {
      if (!this.summaries)
        throw new Refused(403, 'Forbidden', 'nodes is forbidden: User cannot get resource "nodes/proxy"');
      return this.nodes.summary(node);
    }
    if (kind === undefined) throw new Refused(404, '', 'the server could not find the requested resource');
    if (name === undefined) {
      if (method === 'POST') return this.#make(kind, namespace, body, url.searchParams.has('dryRun'));
      const items = this.#selected(kind, namespace, url);
      return {
        apiVersion: apiOf(kind),
        kind: `${kind}List`,
        metadata: { resourceVersion: String(this.#version) },
        items,
      };
    }
    const found = this.of(kind, namespace).find(({ metadata }) => metadata.name === name);
    if (!found) throw new Refused(404, 'NotFound', `${kind} "${name}" not found`);
    if (method === 'GET' && sub === 'log') {
      const number = (query: string) => Number(url.searchParams.get(query) ?? Number.MAX_SAFE_INTEGER);
      return this.nodes.logs(found, number('tailLines'), number('limitBytes'));
    }
    if (method === 'GET' && sub === undefined) return found;
    if (method === 'PUT') return this.#replace(found, kind, body);
    if (method === 'DELETE') return this.#remove(found, url);
    throw new Refused(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
  }

  async #make(kind: string, namespace: string | undefined, body: Thing | undefined, dryRun: boolean): Promise<Thing> {
    this.#assertValid(kind, namespace, body);
    const thing = defaulted(body!);
    const { name } = thing.metadata;
    if (namespace !== undefined && !this.of('Namespace').some(({ metadata }) => metadata.name === namespace))
      throw new Refused(404, 'NotFound', `namespaces "${namespace}" not found`);
    if (this.of(kind, namespace).some(({ metadata }) => metadata.name === name))
      throw new Refused(409, 'AlreadyExists', `${kind} "${name}" already exists`);
    this.admit(thing);
    if (kind === 'Pod') this.#assertSecure(namespace, thing as V1Pod);
    const there = this.things.filter(({ metadata }) => metadata.namespace === namespace);
    assertQuota(this.of('ResourceQuota', namespace), there, thing);
    thing.metadata.uid = randomUUID();
    thing.metadata.creationTimestamp = '2026-01-01T00:00:00Z';
    if (dryRun) return thing;
    if (kind === 'Service') await this.nodes.lead(thing);
    if (kind === 'Service' && this.balancer !== undefined && (thing.spec as { type?: string }).type === 'LoadBalancer')
      thing.status = { loadBalancer: { ingress: [{ ip: this.balancer }] } };
    this.things.push(thing);
    this.#say('ADDED', thing);
    const answer = structuredClone(thing);
    if (kind === 'Pod') void this.nodes.begin(thing);
    return answer;
  }

  #assertValid(kind: string, namespace: string | undefined, body: Thing | undefined): void {
    const wrong = this.#schemas.wrong(kind, body);
    if (wrong !== undefined || body?.kind !== kind || body.apiVersion !== apiOf(kind))
      throw new Refused(400, 'BadRequest', `strict decoding error: ${wrong ?? `expected a ${kind}`}`);
    if (body.metadata.namespace !== namespace)
      throw new Refused(400, 'BadRequest', 'the namespace of the provided object does not match');
    assertNamed(body);
  }

  #assertSecure(namespace: string | undefined, { spec, metadata }: V1Pod): void {
    const labels = this.of('Namespace').find((each) => each.metadata.name === namespace)?.metadata.labels ?? {};
    if (labels['pod-security.kubernetes.io/enforce'] !== 'restricted') return;
    const found = violations(spec!);
    if (found.length > 0)
      throw new Refused(
        403,
        'Forbidden',
        `pods "${metadata?.name}" is forbidden: violates PodSecurity "restricted:latest": ${found.join(', ')}`,
      );
  }

  #replace(found: Thing, kind: string, body: Thing | undefined): Thing {
    this.#assertValid(kind, found.metadata.namespace, body);
    const { resourceVersion } = body!.metadata;
    if (resourceVersion !== undefined && resourceVersion !== found.metadata.resourceVersion)
      throw new Refused(
        409,
        'Conflict',
        'the object has been modified; please apply your changes to the latest version and try again',
      );
    if (!['ConfigMap', 'ResourceQuota', 'NetworkPolicy'].includes(kind))
      throw new Refused(422, 'Invalid', `${kind} is invalid: field is immutable`);
    const { metadata: _old, ...rest } = body!;
    Object.assign(found, rest);
    this.#say('MODIFIED', found);
    return found;
  }

  #remove(found: Thing, url: URL): object {
    if (found.kind === 'Service') this.nodes.leave(found);
    if (found.kind === 'Namespace') {
      // With all that is in it.
      for (const thing of this.things.filter(({ metadata }) => metadata.namespace === found.metadata.name))
        this.#remove(thing, new URL('?gracePeriodSeconds=0', url));
    }
    if (found.kind !== 'Pod') {
      this.#drop(found);
      return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' };
    }
    if (found.metadata.deletionTimestamp === undefined) {
      found.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
      this.#say('MODIFIED', found);
      const seconds = Number(url.searchParams.get('gracePeriodSeconds') ?? 30);
      void this.nodes.end(found, seconds * 1000);
    }
    return found;
  }

  #drop(thing: Thing): void {
    const at = this.things.indexOf(thing);
    if (at < 0) return;
    this.things.splice(at, 1);
    this.#say('DELETED', thing);
  }

  #say(type: Happened['type'], thing: Thing): void {
    this.#version += 1;
    thing.metadata.resourceVersion = String(this.#version);
    const happened = { version: this.#version, type, object: structuredClone(thing) };
    this.#history.push(happened);
    for (const watcher of this.#watchers) watcher(happened);
  }

  #selected(kind: string, namespace: string | undefined, url: URL): readonly Thing[] {
    return this.of(kind, namespace).filter((thing) => isSelected(thing, url.searchParams.get('labelSelector')));
  }

  #watch(url: URL, response: ServerResponse): void {
    const { kind, namespace } = placeOf(url.pathname);
    response.writeHead(200, { 'content-type': 'application/json' });
    const say = (type: string, object: object) =>
      response.write(`${JSON.stringify(this.#checked({ type, object }))}\n`);
    const since = Number(url.searchParams.get('resourceVersion') ?? this.#version);
    this.#watches.add(response);
    response.once('close', () => this.#watches.delete(response));
    if (since < this.#forgotten) {
      say('ERROR', {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        reason: 'Expired',
        code: 410,
        message: 'too old resource version',
      });
      return void response.end();
    }
    const heard = ({ type, object, version }: Happened) => {
      if (
        version > since &&
        object.kind === kind &&
        object.metadata.namespace === namespace &&
        isSelected(object, url.searchParams.get('labelSelector'))
      )
        say(type, object);
    };
    response.flushHeaders();
    for (const happened of this.#history) heard(happened);
    this.#watchers.add(heard);
    response.once('close', () => this.#watchers.delete(heard));
  }

  protected upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', this.at);
    const { kind, namespace, name, sub } = placeOf(url.pathname);
    this.asked.push(`GET ${url.pathname}`);
    const pod = this.of('Pod', namespace).find(({ metadata }) => metadata.name === name);
    const refuse = (status: string) => {
      socket.end(`HTTP/1.1 ${status}\r\n\r\n`);
    };
    if (request.headers.authorization !== `Bearer ${TOKEN}`) {
      refuse('401 Unauthorized');
      return;
    }
    if (kind !== 'Pod' || !pod) {
      refuse('404 Not Found');
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (channel) => {
      channel.on('error', () => undefined);
      if (sub === 'exec') this.#exec(channel, pod, url);
      else if (sub === 'portforward') this.#forward(channel, pod, Number(url.searchParams.get('ports')));
      else channel.close();
    });
  }

  #exec(channel: WebSocket, pod: Thing, url: URL): void {
    const running = this.nodes.container(pod);
    const end = (status: object) => {
      channel.send(framed(3, Buffer.from(JSON.stringify({ metadata: {}, ...status }))));
      channel.close();
    };
    const command = url.searchParams.getAll('command');
    if (url.searchParams.get('container') !== 'box' || !running?.container) {
      end({ status: 'Failure', message: 'container not found' });
      return;
    }
    const child = running.container.run(command, running.env, running.user);
    channel.once('close', () => child.kill('SIGKILL'));
    const say = (stream: number) => (bytes: Buffer) =>
      channel.readyState === channel.OPEN && channel.send(framed(stream, bytes));
    child.stdout?.on('data', say(1));
    child.stderr?.on('data', say(2));
    child.once('close', (code) => {
      if (channel.readyState !== channel.OPEN) return;
      if (code === 0) return end({ status: 'Success' });
      const details = { causes: [{ reason: 'ExitCode', message: String(code ?? 137) }] };
      end({
        status: 'Failure',
        reason: 'NonZeroExitCode',
        message: 'command terminated with non-zero exit code',
        details,
      });
    });
  }

  #forward(channel: WebSocket, pod: Thing, port: number): void {
    const number = Buffer.alloc(2);
    number.writeUInt16LE(port);
    for (const stream of [0, 1]) channel.send(framed(stream, number));
    const running = this.nodes.container(pod);
    const refused = () => {
      channel.send(framed(1, Buffer.from(`error forwarding port ${port} to pod: connection refused`)));
      channel.close();
    };
    if (!running?.container) {
      if (!this.nodes.listening.has(port)) refused();
      return;
    }
    const inside = connect({ host: running.container.address.split('/')[0]!, port });
    inside.once('error', () => channel.readyState === channel.OPEN && refused());
    inside.on('data', (bytes) => channel.readyState === channel.OPEN && channel.send(framed(0, bytes)));
    inside.once('close', () => channel.close());
    channel.once('close', () => inside.destroy());
  }
}

const framed = (stream: number, bytes: Buffer) => Buffer.concat([Buffer.from([stream]), bytes]);

const apiOf = (kind: string) => (kind === 'NetworkPolicy' ? 'networking.k8s.io/v1' : 'v1');

function placeOf(path: string) {
  const [, group, rest = ''] = /^\/(api\/v1|apis\/networking\.k8s\.io\/v1)\/(.*)$/.exec(path) ?? [];
  const parts = rest.split('/').map(decodeURIComponent);
  const [namespace, plural, name, sub] =
    parts[0] === 'namespaces' && parts.length > 2 ? parts.slice(1) : [undefined, ...parts];
  const kind = KINDS[plural ?? ''];
  const inGroup = (kind === 'NetworkPolicy') === (group?.startsWith('apis') ?? false);
  return { kind: inGroup ? kind : undefined, namespace, name, sub };
}

function isSelected({ metadata }: Thing, selector: string | null): boolean {
  return (selector ?? '').split(',').every((part) => {
    const [name = '', value] = part.split('=');
    if (name === '') return true;
    const has = metadata.labels?.[name];
    return value === undefined ? has !== undefined : has === value;
  });
}

async function bodyOf(request: IncomingMessage): Promise<Thing | undefined> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  if (pieces.length === 0) return undefined;
  if (request.headers['content-type'] !== 'application/json')
    throw new Refused(415, 'UnsupportedMediaType', 'expected JSON');
  return JSON.parse(Buffer.concat(pieces).toString()) as Thing;
}
