// What is answered over HTTP. Requests become the same as those in letters and go the same way: checked while it costs nothing, reserved,
// paid, delivered, and answered again to whoever repeats them with the same token. Payment is asked for by NUT-24.

import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { z } from 'zod';
import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import { sharedBy } from '../../../inbound/callers.ts';
import type { Asked, RouteAnswer } from '../../../inbound/routes.ts';
import type { Letter } from '../../../nostr/envelope.ts';
import type { OfferedSpec } from '../catalog.ts';
import { podSpec } from '../leases/access.ts';
import { ADMISSION } from '../leases/bounds.ts';
import type { Lease, LeaseStore } from '../leases/store.ts';
import { Refusal } from '../refusal.ts';
import { Rates } from '../requests/rates.ts';
import { jsonIn } from '../wire/fields.ts';
import type { AccessDetails, ErrorReply, TopUpReply } from '../wire/reply.ts';
import type { PrivateRequest } from '../wire/request.ts';
import { readTicketedId, ticketedId } from './pod-ticket.ts';
import { errorBody, type HttpAccess, HttpSpawn, HttpTopUp, statusOfError, USUAL_IMAGE } from './shapes.ts';

export interface HttpServiceDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Pick<LeaseStore, 'lease' | 'requestBy'>;
  /** As RequestAdmission.ask. */
  readonly ask: (letter: Letter, request: PrivateRequest) => Promise<string>;
  /** What its customer gets in with, beside the address; null: nothing asks for one. */
  readonly passwordOf: (lease: Lease) => string | null;
  readonly digest: (token: string) => string;
  readonly specs: () => readonly OfferedSpec[];
  readonly mints: () => readonly string[];
  readonly name: () => string;
  readonly location: () => string;
  readonly leastSeconds: () => number;
  /** Whether machines may connect to the Internet. */
  readonly internet: () => boolean;
  /** Of this provider, in hex. */
  readonly secret: () => string;
}

const SLOW_DOWN = new Refusal('rate_limited', 'You ask too often. Try again in a minute.');
const NO_JSON = new Refusal('invalid_request', 'The body is no JSON object that a Paygress provider knows.');
const HOW = 'Authorization: Cashu <token>  OR  X-Cashu: <token>';
const RETRY_S = 60;

export class HttpService {
  readonly #deps: HttpServiceDeps;
  readonly #perCaller = new Rates(ADMISSION.perKey, ADMISSION.keys);

  constructor(deps: HttpServiceDeps) {
    this.#deps = deps;
  }

  health(): RouteAnswer {
    const timestamp = new Date(this.#deps.clock.now()).toISOString();
    return json(200, { status: 'healthy', service: 'paygress-provider', timestamp });
  }

  offers(): RouteAnswer {
    const { specs, mints, name, location, leastSeconds, internet } = this.#deps;
    return json(200, {
      provider_name: name(),
      location: location() || null,
      specs: specs().map((spec) => podSpec(spec, spec.rateMsat)),
      whitelisted_mints: mints(),
      minimum_duration_seconds: leastSeconds(),
      internet: internet(),
      payment_info: { accepted_tokens: ['cashu'], header_format: HOW },
    });
  }

  async spawn(asked: Asked): Promise<RouteAnswer> {
    return this.#answer(asked, HttpSpawn, async (body) => {
      const token = tokenOf(asked.request) ?? body.cashu_token;
      if (!token) return this.#payFirst(this.#leastFor(body.pod_spec_id));
      const letter = this.#letter(body.requester_npub ?? '');
      const request = {
        cashu_token: token,
        pod_image: body.pod_image ?? USUAL_IMAGE,
        ssh_username: 'root',
        ssh_password: body.ssh_password ?? '',
        ...(body.pod_spec_id !== undefined && { pod_spec_id: body.pod_spec_id }),
        ...(body.template_slug !== undefined && { template_slug: body.template_slug }),
      };
      const reply = await this.#ask<AccessDetails>(letter, { what: 'spawn', request });
      const job = this.#deps.store.requestBy(letter.from, this.#deps.digest(token))?.job;
      return json(200, this.#access(reply, this.#deps.store.lease(job ?? 0)!));
    });
  }

  async topUp(asked: Asked): Promise<RouteAnswer> {
    return this.#answer(asked, HttpTopUp, async (body) => {
      const token = tokenOf(asked.request) ?? body.cashu_token;
      if (!token) return this.#payFirst(undefined);
      const named = readTicketedId(body.pod_npub);
      const lease = named && this.#deps.store.lease(named.job);
      // Whoever does not know the ticket learns nothing, not even whether there is such a machine.
      if (!named || !lease || !named.fits(this.#deps.secret(), lease.box)) {
        throw new Refusal(
          'not_found',
          'You have no such machine at this provider. It is named as its spawn was answered.',
        );
      }
      const request = { pod_npub: named.id, cashu_token: token };
      const reply = await this.#ask<TopUpReply>(this.#letter(lease.owner), { what: 'topup', request });
      return json(200, { ...reply, pod_npub: body.pod_npub });
    });
  }

  async #answer<S extends z.ZodType>(
    { request, body }: Asked,
    shape: S,
    work: (body: z.infer<S>) => Promise<RouteAnswer>,
  ): Promise<RouteAnswer> {
    try {
      const caller = callerOf(request);
      if (caller !== undefined && !this.#perCaller.take(caller, this.#deps.clock.now())) throw SLOW_DOWN;
      const parsed = shape.safeParse(jsonIn(Buffer.concat(body).toString())?.value);
      if (!parsed.success) {
        const member = parsed.error.issues[0]?.path.join('.');
        throw member ? new Refusal('invalid_request', `This request can’t be read at ${member}.`) : NO_JSON;
      }
      return await work(parsed.data);
    } catch (error) {
      if (error instanceof Refusal) return refused(error.reply);
      throw error;
    }
  }

  /** Throws Refusal. */
  async #ask<R>(letter: Letter, request: PrivateRequest): Promise<R> {
    const reply = JSON.parse(await this.#deps.ask(letter, request)) as R | ErrorReply;
    if (typeof reply === 'object' && reply !== null && 'error_type' in reply) {
      throw new Refusal(reply.error_type, reply.message, reply.details);
    }
    return reply as R;
  }

  /** Its answer goes back the way that the request came; what is to be told later goes to the key that its customer has named. */
  #letter(from: string): Letter {
    const { clock, random } = this.#deps;
    const id = Buffer.from(random.bytes(32)).toString('hex');
    return { by: 'nip17', from, text: '', id, at: Math.floor(clock.now() / 1000) };
  }

  #access(reply: AccessDetails, lease: Lease): HttpAccess {
    const { node_port, host_address, expires_at, cpu_millicores, memory_mb, pod_spec_name } = reply;
    const began = lease.startedAt ?? lease.createdAt;
    return {
      success: true,
      pod_id: ticketedId(this.#deps.secret(), lease),
      ssh_host: host_address ?? '',
      ssh_port: node_port,
      username: 'root',
      password: this.#deps.passwordOf(lease),
      expires_at,
      duration_seconds: Math.max(0, Math.floor((Date.parse(expires_at) - began) / 1000)),
      spec_name: pod_spec_name,
      cpu_millicores,
      memory_mb,
      instructions: reply.instructions,
      template_ports: reply.template_ports ?? [],
    };
  }

  /** In msat; undefined: that is not known. */
  #leastFor(id: string | undefined): number | undefined {
    const specs = this.#deps.specs();
    const spec = id === undefined ? specs[0] : specs.find((one) => one.id === id);
    return spec && spec.rateMsat * this.#deps.leastSeconds();
  }

  async #payFirst(msat: number | undefined): Promise<RouteAnswer> {
    const { PaymentRequest } = await import('@cashu/cashu-ts');
    const sats = msat === undefined ? undefined : Math.ceil(msat / 1000);
    const wanted = new PaymentRequest(undefined, undefined, sats, 'sat', [...this.#deps.mints()]);
    const refusal = new Refusal('payment_required', `Pay with a Cashu token: ${HOW}.`);
    return { ...refused(refusal.reply), headers: { 'x-cashu': wanted.toEncodedRequest() } };
  }
}

const json = (status: number, body: object): RouteAnswer => ({ status, text: JSON.stringify(body) });

export function refused(reply: ErrorReply): RouteAnswer {
  const status = statusOfError(reply.error_type);
  return { ...json(status, errorBody(reply)), ...(status === 429 && { retryAfterS: RETRY_S }) };
}

/** Of a header, as proxies and NUT-24 have it. */
function tokenOf({ headers }: IncomingMessage): string | undefined {
  const [, token] = /^cashu +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const plain = headers['x-cashu'];
  return token ?? (typeof plain === 'string' && plain !== '' ? plain.trim() : undefined);
}

/**
 * Who asks. A proxy on this computer says whom it speaks for, in the last place of the list that anybody may begin; undefined where nobody
 * is told apart.
 */
function callerOf({ socket, headers }: IncomingMessage): string | undefined {
  const direct = sharedBy(socket.remoteAddress);
  if (direct !== undefined) return direct;
  const said = [headers['x-forwarded-for']].flat().at(-1)?.split(',').at(-1)?.trim() ?? '';
  return isIP(said) === 0 ? undefined : sharedBy(said);
}
