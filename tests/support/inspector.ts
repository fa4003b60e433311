// Looks into a process of Node over its inspector, as developer tools do: `node --inspect=127.0.0.1:PORT ...`.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { until } from './wait.ts';

export interface Inspector {
  /** Bytes of its main thread's heap that are in use once all garbage is collected. */
  heapInUse(): Promise<number>;
  close(): void;
}

/** Connects once the process answers there. */
export async function inspector(port: number): Promise<Inspector> {
  let url = '';
  await until('the inspector to answer', async () => {
    const reply = await fetch(`http://127.0.0.1:${port}/json/list`).catch(() => undefined);
    const [target] = reply ? ((await reply.json()) as { webSocketDebuggerUrl: string }[]) : [];
    url = target?.webSocketDebuggerUrl ?? '';
    return url !== '';
  });
  const socket = new WebSocket(url);
  await once(socket, 'open');
  const waiting = new Map<number, (result: unknown) => void>();
  socket.on('message', (data) => {
    const { id, result } = JSON.parse((data as Buffer).toString()) as { id?: number; result: unknown };
    if (id !== undefined) waiting.get(id)?.(result);
  });
  let lastId = 0;
  const send = (method: string) =>
    new Promise<unknown>((resolve) => {
      lastId += 1;
      waiting.set(lastId, resolve);
      socket.send(JSON.stringify({ id: lastId, method }));
    });
  return {
    async heapInUse() {
      // What the first one lets go of may have held more, such as what is waiting to be told that something is gone.
      for (let time = 0; time < 3; time += 1) await send('HeapProfiler.collectGarbage');
      return ((await send('Runtime.getHeapUsage')) as { usedSize: number }).usedSize;
    },
    close: () => socket.close(),
  };
}
