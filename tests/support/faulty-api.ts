// What little servers of an API have in common, over TLS at localhost: what they were asked is written down, each request can go wrong, and
// they go away and come back at the same port.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { CERTIFICATE, KEY } from './localhost-tls.ts';

export type Fault = Failure | { readonly body: string } | 'hang' | 'reset';

interface Failure {
  readonly status: number;
  readonly message: string;
}

export abstract class FaultyApi {
  readonly asked: string[] = [];
  /** What goes wrong with a request; undefined: nothing. */
  fault: (request: string) => Fault | undefined = () => undefined;
  port = 0;
  readonly #connections = new Set<Duplex>();
  #server: ReturnType<typeof createServer> | undefined;

  get at(): string {
    return `https://localhost:${this.port}`;
  }

  async listen(port = 0): Promise<void> {
    const server = createServer(
      { key: KEY, cert: CERTIFICATE },
      (request, response) => void this.serve(request, response),
    );
    server.on('connection', (socket: Duplex) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
    server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
    await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve));
    this.port = (server.address() as { port: number }).port;
    this.#server = server;
  }

  /** What it runs goes on. */
  async away(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const socket of this.#connections) socket.destroy();
    await closed;
  }

  protected abstract serve(request: IncomingMessage, response: ServerResponse): Promise<void>;

  protected abstract upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;

  /** What is to go wrong with it; `over`: it has, and there is no more to say. */
  protected spoilt(said: string, request: IncomingMessage, response: ServerResponse): Failure | 'over' | undefined {
    this.asked.push(said);
    const fault = this.fault(said);
    if (fault === undefined || (typeof fault === 'object' && 'status' in fault)) return fault;
    if (fault === 'reset') request.socket.destroy();
    else if (fault !== 'hang') answer(response, 200, fault.body);
    return 'over';
  }
}

export function answer(response: ServerResponse, status: number, body: string | object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
