// Ports of this computer that lead to boxes of another one: whoever finds them may come, and so may whoever has rented the box behind them.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../../bench/processes.ts';
import { askOn } from '../ask-on.ts';
import type { Stage, Surface } from '../attack.ts';
import { type Attacker, closed } from '../attacker.ts';
import { MIB } from '../bytes.ts';
import { childStage } from '../child-stage.ts';
import { OUTSIDE } from '../node.ts';

/** What programs in a box do with a connection. */
const PROGRAMS = {
  echo: (socket: Socket) => void socket.pipe(socket),
  deaf: (socket: Socket) => void socket.pause(),
  talker(socket: Socket) {
    const more = () => {
      while (!socket.destroyed && socket.write(PIECE));
    };
    socket.on('drain', more);
    more();
  },
} as const;
const PIECE = Buffer.alloc(64 * 1024, 'x');
const LATE_MS = 20_000;

type Ports = Readonly<Record<keyof typeof PROGRAMS, number>>;

export interface BoxPortsTarget {
  /** As strangers meet it: from another address than honest ones, where there is one. */
  readonly host: string;
  /** The box of honest ones. */
  readonly own: Ports;
  readonly other: Ports;
}

/** So many bytes there and back; false where they did not come. */
function thereAndBack(port: number, bytes: number): Promise<boolean> {
  return new Promise((resolve) => {
    let left = bytes;
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('error', () => undefined);
    socket.setTimeout(LATE_MS, () => socket.destroy());
    socket.once('close', () => resolve(left <= 0));
    socket.on('data', (piece: Buffer) => {
      left -= piece.length;
      if (left <= 0) socket.destroy();
    });
    socket.write(Buffer.alloc(bytes, 'y'));
  });
}

async function stage(): Promise<Stage<BoxPortsTarget>> {
  const child = await childStage(() => Promise.resolve());
  const names = Object.keys(PROGRAMS) as (keyof Ports)[];
  const servers = await Promise.all(names.map((name) => served(PROGRAMS[name])));
  const boxes = await Promise.all(
    [0, 1].map(() => Promise.all(names.map(async () => ({ host: await freePort(), protocol: 'tcp' as const })))),
  );
  const withBox = boxes.map((ports) => ports.map((port, at) => ({ ...port, box: servers[at]!.port })));
  await child.target.do('boxPorts', { address: '127.0.0.1', boxes: withBox });
  const [own, other] = boxes.map(
    (ports) => Object.fromEntries(names.map((name, at) => [name, ports[at]!.host])) as unknown as Ports,
  );
  const ask = async () => {
    const began = performance.now();
    return (await thereAndBack(own!.echo, 64)) ? performance.now() - began : undefined;
  };
  return {
    target: { host: OUTSIDE ?? '127.0.0.1', own: own!, other: other! },
    pid: child.pid,
    get alive() {
      return child.alive;
    },
    ask,
    askOn: () => askOn(ask),
    async load(bytesASecond, signal) {
      while (bytesASecond > 0 && !signal.aborted) await thereAndBack(own!.echo, bytesASecond);
    },
    taken: () => child.taken(),
    logged: () => child.logged(),
    async stop() {
      await child.stop();
      for (const { close } of servers) close();
    },
  };
}

async function served(program: (socket: Socket) => void): Promise<{ readonly port: number; close(): void }> {
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => open.delete(socket));
    program(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** So many at once, which stay as long as they are let. */
async function stay(attacker: Attacker, many: number, to: (number: number) => object): Promise<void> {
  await Promise.all(
    Array.from({ length: many }, async (_, number) => {
      const socket = await attacker.open(to(number) as { port: number });
      if (!socket) return;
      await Promise.race([closed(socket), attacker.wait()]);
      if (!attacker.over) attacker.met('cut off');
    }),
  );
}

export const boxPorts: Surface<BoxPortsTarget> = {
  name: 'ports of boxes',
  stage,
  attacks: [
    {
      name: 'one caller with connections without number, who says nothing',
      exercises: ['ports of boxes: perAddress'],
      meets: ['cut off'],
      run: ({ host, own }, attacker) => stay(attacker, 500, () => ({ host, port: own.echo })),
    },
    {
      name: 'whoever comes through a tunnel of this computer, likewise',
      exercises: ['ports of boxes: loopback'],
      meets: ['cut off'],
      run: ({ own }, attacker) =>
        stay(attacker, 450, () => ({ host: '127.0.0.1', port: own.echo, localAddress: '127.0.0.2' })),
    },
    {
      name: 'callers of many addresses, who take all that another box has',
      exercises: ['ports of boxes: perBox'],
      meets: ['cut off'],
      run: ({ other }, attacker) =>
        stay(attacker, 600, (number) => ({
          host: '127.0.0.1',
          port: other.echo,
          localAddress: `127.0.0.${10 + (number % 8)}`,
        })),
    },
    {
      name: 'senders without end to a program that reads nothing',
      exercises: ['ports of boxes: heldBytes'],
      run: ({ host, own }, attacker) =>
        attacker.crowd(100, async () => {
          const socket = await attacker.open({ host, port: own.deaf });
          if (!socket) return;
          const piece = Buffer.alloc(MIB);
          while (await attacker.send(socket, piece));
          await attacker.wait();
        }),
    },
    {
      name: 'a program that speaks without end, and callers who read nothing',
      exercises: ['ports of boxes: heldBytes'],
      run: ({ host, own }, attacker) =>
        attacker.crowd(100, async () => {
          const socket = await attacker.open({ host, port: own.talker });
          socket?.pause();
          await attacker.wait();
        }),
    },
    {
      name: 'connections that end as soon as they are there, or end half',
      run: ({ host, own }, attacker) =>
        attacker.crowd(32, async (number) => {
          const socket = await attacker.open({ host, port: number % 4 === 0 ? own.deaf : own.echo });
          if (!socket) return;
          await attacker.send(socket, 'x'.repeat(1000));
          if (number % 2 === 0) socket.resetAndDestroy();
          else socket.end();
          await Promise.race([closed(socket), attacker.wait()]);
        }),
    },
  ],
};
