// The calls of a node to the discovery service: registering, and logging in.

import { z } from 'zod';
import type { Clock } from '../../../base/clock.ts';
import { POSEMESH } from '../bounds.ts';
import { Garbled, Refused } from '../errors.ts';
import { type Http, joinUrl } from '../http.ts';
import { jsonOf } from '../json.ts';
import type { Wallet } from '../wallet/wallet.ts';
import { callbackBody, type Registrant, walletBody } from './bodies.ts';
import { outcomeOf, type RegistrationOutcome } from './registration.ts';
import { type Challenge, readChallenge, siweMessage } from './siwe.ts';
import type { LogIn } from './tokens.ts';

export interface DdsClientDeps {
  readonly clock: Clock;
  readonly http: Http;
}

export interface DdsClientOptions {
  readonly baseUrl: string;
  /** For one request, milliseconds. */
  readonly timeoutMs: number;
  readonly strict: boolean;
}

/** How a registration was answered; the status is 0 where it was not. */
export interface RegistrationAnswer {
  readonly outcome: RegistrationOutcome;
  readonly status: number;
}

/** RFC 3339 lets "T" and "Z" be small, and a space stand for the first (5.6). */
const Expiry = z
  .string()
  .max(64)
  .transform((text) => text.toUpperCase().replace(' ', 'T'))
  .pipe(z.iso.datetime({ offset: true }));
const Verified = z.object({
  access_token: z
    .string()
    .min(1)
    .max(POSEMESH.tokenCharacters)
    .regex(/^[\x21-\x7e]+$/),
  access_expires_at: Expiry.nullish(),
  expires_at: Expiry.nullish(),
});

export class DdsClient {
  readonly #deps: DdsClientDeps;
  readonly #options: DdsClientOptions;

  constructor(deps: DdsClientDeps, options: DdsClientOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /** To be called back at `url`. Rejects with Unreachable. */
  async register(registrant: Registrant, url: string, signal: AbortSignal): Promise<RegistrationAnswer> {
    const body = callbackBody(registrant, url, this.#deps.clock.now());
    const { status } = await this.#send('/internal/v1/nodes/register', body, signal);
    return { outcome: outcomeOf(status, 'callback'), status };
  }

  /** By a signed challenge. Rejects with Unreachable, Refused or Garbled. */
  async registerWallet(registrant: Registrant, signal: AbortSignal): Promise<RegistrationAnswer> {
    const { message } = await this.#challenge(registrant.wallet, signal);
    const { status } = await this.#send('/internal/v1/nodes/register-wallet', walletBody(registrant, message), signal);
    return { outcome: outcomeOf(status, 'wallet'), status };
  }

  /** Rejects with Unreachable, Refused or Garbled. */
  async logIn(wallet: Wallet, signal: AbortSignal): Promise<LogIn> {
    const { message } = await this.#challenge(wallet, signal);
    const json = await this.#ask(
      '/internal/v1/auth/siwe/verify',
      { address: wallet.address, message, signature: wallet.personalSign(message) },
      signal,
    );
    const parsed = Verified.safeParse(json);
    if (!parsed.success) throw new Garbled('dds', String(parsed.error.issues[0]?.path[0] ?? 'no object'));
    const expiry = parsed.data.access_expires_at ?? parsed.data.expires_at;
    if (expiry == null) throw new Garbled('dds', 'access_expires_at');
    return { token: parsed.data.access_token, expiresAt: Date.parse(expiry) };
  }

  async #challenge(wallet: Wallet, signal: AbortSignal): Promise<{ challenge: Challenge; message: string }> {
    const { baseUrl, strict } = this.#options;
    const json = await this.#ask('/internal/v1/auth/siwe/request', { wallet: wallet.address }, signal);
    const challenge = readChallenge(json, strict ? { ddsBaseUrl: baseUrl, now: this.#deps.clock.now() } : undefined);
    return { challenge, message: siweMessage(challenge, wallet.address) };
  }

  async #ask(path: string, body: object, signal: AbortSignal): Promise<unknown> {
    const { status, bytes } = await this.#send(path, body, signal);
    if (status < 200 || status > 299) throw new Refused('dds', status);
    return jsonOf('dds', bytes);
  }

  #send(path: string, body: object, signal: AbortSignal) {
    const { baseUrl, timeoutMs } = this.#options;
    return this.#deps.http.whole(
      {
        party: 'dds',
        method: 'POST',
        url: joinUrl(baseUrl, path),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal,
      },
      { withinMs: timeoutMs, mostBytes: POSEMESH.ddsReplyBytes },
    );
  }
}
