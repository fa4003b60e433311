// A little Proxmox VE for tests: the paths and shapes of its API that boxes need (paygress.md 5.3; pve-docs api-viewer, version 8), over TLS, with
// tasks that take their time, locks, a firewall whose rules are kept as it keeps them, and terminals. What it does not know it refuses, as it does.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { answer, FaultyApi } from './faulty-api.ts';
import { Container } from './proxmox-container.ts';

export const TOKEN = `hearth@pve!boxes=${randomUUID()}`;
export const TEMPLATE = 'local:vztmpl/busybox-1_1.36-1_amd64.tar.zst';

interface Guest {
  readonly vmid: number;
  node: string;
  config: Record<string, unknown>;
  rules: Record<string, unknown>[];
  options: Record<string, unknown>;
  lock: string | undefined;
  running: Container | 'scripted' | undefined;
  startedAt: number;
  /** Its network card had no plug when it began, nor since. */
  unplugged: boolean;
}

const isUnplugged = ({ config }: Guest) => /,link_down=1(?:,|$)/.test(String(config.net0));

interface Node {
  readonly maxcpu: number;
  readonly maxmem: number;
  mem: number;
  online: boolean;
  readonly templates: Map<string, number>;
}

/** What each call may be told; more is refused. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  'GET /cluster/resources': ['type'],
  'GET /nodes/N/storage': ['content', 'enabled', 'format', 'storage', 'target'],
  'GET /nodes/N/storage/S/content': ['content', 'vmid'],
  'POST /nodes/N/storage/S/upload': ['content', 'filename', 'checksum', 'checksum-algorithm'],
  'POST /nodes/N/lxc':
    'vmid hostname ostemplate rootfs cores cpulimit cpuunits memory swap unprivileged features onboot start cmode nameserver net0 tags description password ssh-public-keys storage pool'.split(
      ' ',
    ),
  'PUT /nodes/N/lxc/V/firewall/options':
    'enable dhcp ndp radv macfilter ipfilter policy_in policy_out log_level_in log_level_out delete digest'.split(' '),
  'POST /nodes/N/lxc/V/firewall/rules':
    'type action enable source dest proto dport sport macro iface log comment pos icmp-type digest'.split(' '),
  'PUT /nodes/N/lxc/V/config': ['net0'],
  'POST /nodes/N/lxc/V/status/shutdown': ['timeout', 'forceStop'],
  'POST /nodes/N/lxc/V/status/stop': ['skiplock', 'overrule-shutdown'],
  'POST /nodes/N/lxc/V/status/start': ['skiplock', 'debug'],
  'DELETE /nodes/N/lxc/V': ['force', 'purge', 'destroy-unreferenced-disks'],
};

class Refused extends Error {
  readonly status: number;
  readonly errors: Record<string, string> | undefined;

  constructor(status: number, message: string, errors?: Record<string, string>) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

type Params = Readonly<Record<string, string>>;

export class ProxmoxApi extends FaultyApi {
  readonly nodes = new Map<string, Node>();
  readonly guests = new Map<number, Guest>();
  firewall = 1;
  /** Its storage is the same on each node. */
  shared = false;
  /** Why a task fails. */
  taskFault: (type: string) => string | undefined = () => undefined;
  /** Templates that it does not let go. */
  readonly inUse = new Set<string>();
  taskMs = 20;
  /** What containers without a kernel of their own say at their terminals, by what was typed. */
  scripted: ((typed: string) => string) | undefined;
  readonly #tasks = new Map<string, { exitstatus: string | undefined; end: () => void }>();
  readonly #tickets = new Map<string, Guest>();
  readonly #sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'binary' });

  constructor() {
    super();
    const GIB = 1024 ** 3;
    for (const [name, free] of [
      ['pve1', 3],
      ['pve2', 6],
    ] as const)
      this.nodes.set(name, {
        maxcpu: 2,
        maxmem: 8 * GIB,
        mem: (8 - free) * GIB,
        online: true,
        templates: new Map([[TEMPLATE, 3_000_000]]),
      });
  }

  async stop(): Promise<void> {
    for (const { running } of this.guests.values()) if (running instanceof Container) await running.stop();
    await this.away();
  }

  protected async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'https://localhost');
    const path = url.pathname.replace(/^\/api2\/json/, '');
    const said = `${request.method} ${path}`;
    const fault = this.spoilt(said, request, response);
    if (fault === 'over') return;
    try {
      if (fault) throw new Refused(fault.status, fault.message);
      if (request.headers.authorization !== `PVEAPIToken=${TOKEN}`) throw new Refused(401, 'No ticket');
      const params = await paramsOf(request, url);
      answer(response, 200, { data: await this.#answer(request.method ?? 'GET', path, params) });
    } catch (error) {
      const { message } = error as Error;
      const { status, errors } = error instanceof Refused ? error : { status: 500, errors: undefined };
      answer(response, status, { data: null, message: `${message}\n`, ...(errors && { errors }) });
    }
  }

  async #answer(method: string, path: string, params: Params): Promise<unknown> {
    const parts = path.split('/').slice(1).map(decodeURIComponent);
    const [root, name = '', kind, third = '', ...rest] = parts;
    const shape = `${method} /${parts
      .map((part, at) =>
        root !== 'nodes'
          ? part
          : at === 1
            ? 'N'
            : at === 3
              ? (({ storage: 'S', lxc: 'V', tasks: 'U' } as Record<string, string>)[kind ?? ''] ?? part)
              : at === 5 && kind === 'storage'
                ? 'C'
                : part,
      )
      .join('/')}`;
    const strange = Object.keys(params).filter((param) => !(KNOWN[shape] ?? []).includes(param));
    if (strange.length > 0)
      throw new Refused(
        400,
        'Parameter verification failed.',
        Object.fromEntries(
          strange.map((param) => [
            param,
            'property is not defined in schema and the schema does not allow additional properties',
          ]),
        ),
      );
    if (shape === 'GET /cluster/resources')
      return [...this.guests.values()].map(({ vmid, node, config, running, lock }) => ({
        id: `lxc/${vmid}`,
        type: 'lxc',
        vmid,
        node,
        name: config.hostname,
        status: running ? 'running' : 'stopped',
        ...(lock !== 'create' && { tags: config.tags }),
      }));
    if (shape === 'GET /cluster/firewall/options') return { enable: this.firewall };
    if (shape === 'GET /cluster/status')
      return [
        { type: 'cluster', name: 'test', nodes: this.nodes.size },
        ...[...this.nodes].map(([node, { online }], at) => ({
          type: 'node',
          name: node,
          ip: `192.0.2.${at + 1}`,
          online,
        })),
      ];
    if (shape === 'GET /nodes')
      return [...this.nodes].map(([node, { online, maxcpu, maxmem, mem }]) => ({
        node,
        status: online ? 'online' : 'offline',
        ...(online && { maxcpu, maxmem, mem, cpu: 0.1 }),
      }));
    const node = this.nodes.get(name);
    if (root !== 'nodes' || !node) throw new Refused(595, `no such cluster node '${name}'`);
    switch (kind) {
      case 'network':
        return [
          { iface: 'vmbr0', type: 'bridge', cidr: '198.51.100.7/24' },
          { iface: 'lo', type: 'loopback' },
        ];
      case 'storage':
        return this.#storage(method, name, node, third, rest, params);
      case 'tasks':
        return this.#task(method, third, rest);
      case 'lxc':
        return third === '' ? this.#create(name, node, params) : this.#guest(method, name, Number(third), rest, params);
      default:
        throw new Refused(501, `Method '${method} ${path}' not implemented`);
    }
  }

  #storage(
    method: string,
    name: string,
    node: Node,
    storage: string,
    [what, volid = '']: readonly string[],
    params: Params,
  ) {
    if (storage === '')
      return params.content === 'rootdir'
        ? [
            {
              storage: 'local-lvm',
              active: 1,
              avail: 40 * 1024 ** 3,
              total: 50 * 1024 ** 3,
              shared: this.shared ? 1 : 0,
              content: 'rootdir,images',
            },
          ]
        : [{ storage: 'local', active: 1, avail: 40 * 1024 ** 3, content: 'vztmpl,iso' }];
    if (what === 'upload')
      return this.#begin(name, 'imgcopy', '', () => {
        if (params['x-sum'] !== params.checksum) throw new Error('checksum mismatch: got something else');
        node.templates.set(`local:vztmpl/${params.filename}`, Number(params['x-size']));
      });
    if (method === 'DELETE') {
      if (this.inUse.has(volid)) throw new Refused(500, `volume '${volid}' is in use`);
      node.templates.delete(volid);
      return null;
    }
    return storage === 'local'
      ? [...node.templates].map(([id, size]) => ({ volid: id, size, content: 'vztmpl', format: 'tzst' }))
      : [];
  }

  #task(method: string, upid: string, [what]: readonly string[]): unknown {
    const task = this.#tasks.get(upid);
    if (!task) throw new Refused(500, 'no such task');
    if (method === 'DELETE') {
      task.end();
      return null;
    }
    if (what !== 'status') throw new Refused(501, 'not implemented');
    return task.exitstatus === undefined
      ? { upid, status: 'running' }
      : { upid, status: 'stopped', exitstatus: task.exitstatus };
  }

  /** `work` is done when the time is over, unless the task was ended before; `undone`: then. */
  #begin(node: string, type: string, id: string, work: () => unknown, undone: () => void = () => undefined): string {
    const upid = `UPID:${node}:0000${randomUUID().slice(0, 4)}:00AB:${Date.now().toString(16)}:${type}:${id}:hearth@pve!boxes:`;
    const task: { exitstatus: string | undefined; end: () => void } = { exitstatus: undefined, end: () => {} };
    this.#tasks.set(upid, task);
    const why = this.taskFault(type);
    const run = async () => {
      try {
        if (why !== undefined) throw new Error(why);
        await work();
        task.exitstatus = 'OK';
      } catch (error) {
        undone();
        task.exitstatus = (error as Error).message;
      }
    };
    const timer = setTimeout(() => void run(), this.taskMs);
    task.end = () => {
      if (task.exitstatus !== undefined) return;
      clearTimeout(timer);
      undone();
      task.exitstatus = 'interrupted by signal';
    };
    return upid;
  }

  #create(name: string, node: Node, params: Params): string {
    const vmid = Number(params.vmid);
    const bad: Record<string, string> = {};
    if (!Number.isInteger(vmid) || vmid < 100) bad.vmid = "type check ('integer') failed";
    if (!/^[\w-]+:\d+(?:\.\d+)?$/.test(params.rootfs ?? '')) bad.rootfs = 'invalid format';
    if (!/^name=eth0,bridge=\w+/.test(params.net0 ?? '')) bad.net0 = 'invalid format';
    for (const tag of (params.tags ?? '').split(';'))
      if (!/^[a-z0-9_][a-z0-9_+.-]*$/.test(tag)) bad.tags = 'invalid format';
    if (!/^(?=.{1,253}$)[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/.test(params.hostname ?? ''))
      bad.hostname = 'invalid format';
    if (params.password !== undefined && params.password.length < 5)
      bad.password = 'value must be at least 5 characters long';
    if (Object.keys(bad).length > 0) throw new Refused(400, 'Parameter verification failed.', bad);
    if (this.guests.has(vmid)) throw new Refused(500, `CT ${vmid} already exists on node '${name}'`);
    if (!node.templates.has(params.ostemplate ?? ''))
      throw new Refused(500, `volume '${params.ostemplate}' does not exist`);
    const { password: _kept, ostemplate: _template, start: _start, ...config } = params;
    const gib = Number(params.rootfs!.split(':')[1]);
    const guest: Guest = {
      vmid,
      node: name,
      config: {
        ...config,
        description: `${config.description}\n`,
        tags: config.tags!.split(';').sort().join(';'),
        rootfs: `local-lvm:vm-${vmid}-disk-0,size=${Math.ceil(gib * 1024)}M`,
        net0: `${config.net0},hwaddr=BC:24:11:00:00:01,type=veth`,
      },
      rules: [],
      options: {},
      lock: 'create',
      running: undefined,
      startedAt: 0,
      unplugged: false,
    };
    this.guests.set(vmid, guest);
    return this.#begin(
      name,
      'vzcreate',
      String(vmid),
      () => {
        guest.lock = undefined;
      },
      () => this.guests.delete(vmid),
    );
  }

  #guest(
    method: string,
    name: string,
    vmid: number,
    [what = '', which = '']: readonly string[],
    params: Params,
  ): unknown {
    const guest = this.guests.get(vmid);
    if (guest?.node !== name)
      throw new Refused(500, `Configuration file 'nodes/${name}/lxc/${vmid}.conf' does not exist`);
    const call = `${method} ${[what, which].filter((part) => part !== '').join('/')}`;
    if (method !== 'GET' && guest.lock !== undefined) throw new Refused(500, `CT is locked (${guest.lock})`);
    switch (call) {
      case 'GET config':
        return { ...guest.config, digest: 'x' };
      case 'PUT config': {
        const { net0 = '' } = params;
        const card = /^name=eth0(?:,(?:bridge|firewall|hwaddr|ip|link_down|mtu|rate|tag|type)=[^,]+)+$/;
        if (!card.test(net0)) throw new Refused(400, 'Parameter verification failed.');
        guest.config.net0 = net0;
        if (guest.running instanceof Container) guest.running.plug(!isUnplugged(guest));
        if (!isUnplugged(guest)) guest.unplugged = false;
        return null;
      }
      case 'GET firewall/options':
        return { ...guest.options, digest: 'x' };
      case 'PUT firewall/options':
        Object.assign(guest.options, params);
        return null;
      case 'GET firewall/rules':
        return guest.rules.map((rule, pos) => ({ ...rule, pos, digest: 'x' }));
      case 'POST firewall/rules': {
        const { dest = '', source = '' } = params;
        if (dest.length > 512 || source.length > 512) throw new Refused(400, 'Parameter verification failed.');
        guest.rules.unshift({ ...params, enable: Number(params.enable) });
        return null;
      }
      case 'GET status/current':
        return this.#current(guest);
      case 'GET interfaces': {
        if (!guest.running) throw new Refused(500, `CT ${vmid} not running`);
        const inet = guest.running === 'scripted' ? '192.0.2.77/24' : guest.running.address;
        return [
          { name: 'lo', inet: '127.0.0.1/8' },
          { name: 'eth0', ...(!guest.unplugged && { inet }), hwaddr: 'bc:24:11:00:00:01' },
        ];
      }
      case 'POST status/start':
        if (guest.running) throw new Refused(500, `CT ${vmid} already running`);
        return this.#locked(guest, 'vzstart', async () => {
          const diskMiB = Number(/size=(\d+)M/.exec(String(guest.config.rootfs))?.[1]);
          guest.running = this.scripted
            ? 'scripted'
            : await Container.start(diskMiB, () => {
                guest.running = undefined;
              });
          guest.startedAt = Date.now();
          guest.unplugged = isUnplugged(guest);
          if (guest.unplugged && guest.running instanceof Container) guest.running.plug(false);
        });
      case 'POST status/shutdown':
        return this.#locked(guest, 'vzshutdown', async () => {
          if (!(guest.running instanceof Container)) guest.running = undefined;
          else if (!(await guest.running.shutdown(Number(params.timeout) * 1000))) {
            if (params.forceStop !== '1') throw new Error('shutdown failed: got timeout');
            await guest.running.stop();
          }
        });
      case 'POST status/stop':
        return this.#locked(guest, 'vzstop', () => this.#end(guest));
      case 'DELETE ':
        if (guest.running && params.force !== '1')
          throw new Refused(500, `unable to destroy CT ${vmid} - container is running`);
        return this.#locked(guest, 'vzdestroy', async () => {
          await this.#end(guest);
          this.guests.delete(vmid);
        });
      case 'POST termproxy': {
        if (!guest.running) throw new Refused(500, `CT ${vmid} not running`);
        const ticket = `PVEVNC:${randomUUID()}`;
        this.#tickets.set(ticket, guest);
        return { port: '5900', ticket, upid: 'UPID:x:', user: 'hearth@pve!boxes' };
      }
      default:
        throw new Refused(501, `Method '${call}' not implemented`);
    }
  }

  async #end(guest: Guest): Promise<void> {
    if (guest.running instanceof Container) await guest.running.stop();
    guest.running = undefined;
  }

  #locked(guest: Guest, type: string, work: () => Promise<void>): string {
    guest.lock = 'disk';
    const free = () => {
      guest.lock = undefined;
    };
    return this.#begin(guest.node, type, String(guest.vmid), () => work().finally(free), free);
  }

  #current({ running, startedAt, config, vmid }: Guest): unknown {
    if (!running) return { status: 'stopped', vmid, name: config.hostname, uptime: 0, cpu: 0, cpus: 1, mem: 0 };
    const uptime = (Date.now() - startedAt) / 1000;
    const used = running === 'scripted' ? 0 : running.cpuMs() / 1000;
    const cpus = Number(config.cores);
    return {
      status: 'running',
      vmid,
      name: config.hostname,
      uptime: Math.ceil(uptime),
      cpu: Math.min(1, used / Math.max(0.001, uptime) / cpus),
      cpus,
      mem: 4_000_000,
      netin: 1000,
      netout: 1000,
    };
  }

  protected upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'https://localhost');
    const ticket = url.searchParams.get('vncticket') ?? '';
    const guest = this.#tickets.get(ticket);
    const known =
      /\/lxc\/\d+\/vncwebsocket$/.test(url.pathname) && request.headers.authorization === `PVEAPIToken=${TOKEN}`;
    if (!guest || !known || url.searchParams.get('port') !== '5900')
      return void socket.end('HTTP/1.1 401 No ticket\r\n\r\n');
    this.#tickets.delete(ticket);
    this.#sockets.handleUpgrade(request, socket, head, (channel) => this.#speak(channel, guest, ticket));
  }

  #speak(channel: WebSocket, { running }: Guest, ticket: string): void {
    let admitted = false;
    const shell = running instanceof Container ? running.terminal() : undefined;
    const say = (bytes: Buffer | string) => channel.readyState === channel.OPEN && channel.send(Buffer.from(bytes));
    shell?.stdin?.on('error', () => undefined);
    shell?.once('exit', () => channel.close());
    channel.once('close', () => shell?.kill('SIGKILL'));
    let typed = '';
    channel.on('message', (bytes: Buffer) => {
      const text = bytes.toString();
      if (!admitted) {
        if (text !== `hearth@pve!boxes:${ticket}\n`) return channel.close();
        admitted = true;
        say('OK');
        // What it has said by now waits for whoever is let in.
        shell?.stdout?.on('data', say);
        return;
      }
      // 0:LENGTH:what is typed, 1:columns:rows:, 2: still there (pve-xtermjs).
      const [, length, rest = ''] = /^0:(\d+):([\s\S]*)$/.exec(text) ?? [];
      if (length === undefined) return;
      if (Buffer.byteLength(rest) !== Number(length)) return channel.close();
      if (shell) return void shell.stdin?.write(rest);
      typed += rest;
      const answered = this.scripted?.(typed);
      if (answered !== undefined && answered !== '') say(answered);
    });
  }
}

async function paramsOf(request: IncomingMessage, url: URL): Promise<Params> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const body = Buffer.concat(pieces);
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('multipart/form-data')) {
    const form = await new Response(body, { headers: { 'content-type': type } }).formData();
    const { createHash } = await import('node:crypto');
    const params: Record<string, string> = {};
    for (const [name, value] of form) {
      if (typeof value === 'string') params[name] = value;
      else {
        const bytes = Buffer.from(await value.arrayBuffer());
        params[name] = value.name;
        Object.defineProperty(params, 'x-sum', { value: createHash('sha256').update(bytes).digest('hex') });
        Object.defineProperty(params, 'x-size', { value: String(bytes.length) });
      }
    }
    return params;
  }
  if (body.length > 0 && !type.startsWith('application/x-www-form-urlencoded'))
    throw new Refused(400, 'expected a form');
  return Object.fromEntries([...url.searchParams, ...new URLSearchParams(body.toString())]);
}
