// What the directory signs: its key for all to read, consumer tokens and relay tickets for registered nodes.

import { CONSUMER_TOKEN_DOMAIN, RELAY_TICKET_DOMAIN, type Signer } from '../signing.ts';
import type { Api } from './api.ts';
import * as is from './check.ts';
import { type ApiReply, type ApiRequest, type Json, refusal } from './exchange.ts';
import { intentUrn } from './intents.ts';
import { NODE_ID } from './registration-rules.ts';

const CONSUMER_TOKEN_S = 300;
const RELAY_TICKET_S = 120;

/** Throws 503 where the directory has no key. */
export function signerOf({ signer }: Api): Signer {
  if (!signer) throw refusal(503, 'not_configured', 'this directory signs nothing');
  return signer;
}

/** A signed token that says who issued it and when, and lasts `seconds`. */
export function stamped(api: Api, domain: string, seconds: number, about: Json) {
  const iat = Math.floor(api.clock.now() / 1000);
  const claims = { v: 1, iss: api.issuer(), ...about, iat, exp: iat + seconds };
  return { claims, token: signerOf(api).token(domain, claims) };
}

export function directoryKey(api: Api): ApiReply {
  return { status: 200, body: { public_key: signerOf(api).publicKeyHex, algorithm: 'ed25519' } };
}

/** POST /v1/consumer-token {target_node_id, intent}: proof for one node that the directory knows the caller. */
export function consumerToken(api: Api, request: ApiRequest): ApiReply {
  const caller = api.nodes.speaker(request);
  const anyIntent: is.Check = (value, name) => (value === '*' ? undefined : intentUrn(value, name));
  is.object({ required: { target_node_id: is.pattern(NODE_ID), intent: anyIntent } })(request.body, '');
  const { target_node_id, intent } = request.body as { target_node_id: string; intent: string };
  const { token, claims } = tokenFor(api, caller.nodeId, target_node_id, intent);
  return { status: 201, body: { token, expires_at: isoTime(claims.exp), target_node_id, intent } };
}

export function tokenFor(api: Api, callerId: string, targetId: string, intent: string) {
  return stamped(api, CONSUMER_TOKEN_DOMAIN, CONSUMER_TOKEN_S, { sub: callerId, aud: targetId, intent });
}

/** POST /v1/relay/ticket {relay_node_id?}: lets a worker bind to that relay (or any), once. */
export function relayTicket(api: Api, request: ApiRequest): ApiReply {
  const worker = api.nodes.speaker(request);
  is.object({ optional: { relay_node_id: is.pattern(NODE_ID) } })(request.body, '');
  const { token, claims } = stamped(api, RELAY_TICKET_DOMAIN, RELAY_TICKET_S, {
    typ: 'relay-bind-ticket',
    jti: api.random.bytes(16).toString('hex'),
    sub: worker.nodeId,
    aud: request.body.relay_node_id ?? '*',
  });
  return { status: 201, body: { ticket: token, expires_at: isoTime(claims.exp) } };
}

const isoTime = (seconds: number): string => new Date(seconds * 1000).toISOString();
