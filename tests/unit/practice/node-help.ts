// The smallest node that can serve a consumer: it opens what is sealed for it, answers, and seals the answer when asked.

import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  keyIdOf,
  openRequest,
  publicKeyOf,
  type SealedRequest,
  sealReply,
} from '../../../src-main/practice/iicp/sealing.ts';
import { serve } from './help.ts';

export interface SeenTask {
  readonly task_id: string;
  readonly intent: string;
  readonly nonce: string;
  readonly constraints: Record<string, unknown>;
  readonly payload?: unknown;
  readonly iicp_conf?: SealedRequest;
  readonly cx_response_encryption?: string;
  readonly source_node_id?: string;
}

export interface MiniNode {
  readonly url: string;
  readonly tasks: SeenTask[];
  /** The payloads as opened. */
  readonly payloads: unknown[];
  /** Takes the next request instead of the usual answer. */
  readonly detours: ((req: IncomingMessage, res: ServerResponse, task: SeenTask) => void)[];
  /** Changes the reply object before it is sealed. */
  twist: (reply: Record<string, unknown>) => Record<string, unknown>;
  /** Changes the reply on the wire. */
  twistWire: (reply: Record<string, unknown>) => Record<string, unknown>;
  readonly cxKey: Record<string, unknown>;
  readonly close: () => Promise<void>;
}

export async function miniNode(privateKey = randomBytes(32)): Promise<MiniNode> {
  const publicKey = publicKeyOf(privateKey);
  const server = await serve((req, res, body) => {
    if (req.url === '/iicp/health') return res.writeHead(200).end('{}');
    const task = JSON.parse(body) as SeenTask;
    node.tasks.push(task);
    const detour = node.detours.shift();
    if (detour) return detour(req, res, task);
    const { task_id: taskId, intent } = task;
    const opened = task.iicp_conf ? openRequest(task.iicp_conf, { privateKey, taskId, intent }) : undefined;
    node.payloads.push(opened ? JSON.parse(opened.payload) : task.payload);
    const result = intent.includes(':embedding:')
      ? { data: [{ embedding: [0.6, 0.8] }] }
      : { choices: [{ message: { role: 'assistant', content: 'come in' }, finish_reason: 'stop' }] };
    const reply = node.twist({ task_id: taskId, status: 'completed', result, generated_by_ai: true });
    const wire =
      opened && task.cx_response_encryption === 'required'
        ? {
            task_id: taskId,
            status: 'encrypted',
            iicp_conf_resp: sealReply(opened.shared, taskId, JSON.stringify(reply), randomBytes(12)),
            generated_by_ai: true,
          }
        : reply;
    return res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(node.twistWire(wire)));
  });
  const node: MiniNode = {
    url: server.url,
    tasks: [],
    payloads: [],
    detours: [],
    twist: (reply) => reply,
    twistWire: (reply) => reply,
    cxKey: {
      algorithm: 'X25519',
      encoding: 'base64url',
      key: publicKey.toString('base64url'),
      key_id: keyIdOf(publicKey),
      features: ['response_encryption_v1'],
    },
    close: server.close,
  };
  return node;
}
