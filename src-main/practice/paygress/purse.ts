// The ecash of one practice customer, at one mint, in memory: filled by invoices that the mint pays itself, spent as tokens.

import { getEncodedToken, type Proof, sumProofs, Wallet } from '@cashu/cashu-ts';
import type { Clock } from '../../base/clock.ts';

const ASK_AGAIN_MS = 50;
const MOST_ASKED = 200;

export class Purse {
  readonly #wallet: Wallet;
  readonly #clock: Clock;
  readonly mint: string;
  #proofs: readonly Proof[] = [];
  /** Two at once would spend the same proofs. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(wallet: Wallet, mint: string, clock: Clock) {
    this.#wallet = wallet;
    this.mint = mint;
    this.#clock = clock;
  }

  /** Rejects when the mint does not answer. */
  static async open(mint: string, clock: Clock): Promise<Purse> {
    const wallet = new Wallet(mint, { unit: 'sat' });
    await wallet.loadMint();
    return new Purse(wallet, mint, clock);
  }

  get sats(): number {
    return sumProofs([...this.#proofs]).toNumber();
  }

  /** Rejects when the mint does not pay its own invoice. */
  fill(sats: number): Promise<void> {
    return this.#next(async () => {
      const { quote } = await this.#wallet.createMintQuoteBolt11(sats);
      for (let asked = 0; (await this.#wallet.checkMintQuoteBolt11(quote)).state !== 'PAID'; asked += 1) {
        if (asked === MOST_ASKED) throw new Error('the mint does not pay its own invoices');
        await this.#clock.sleep(ASK_AGAIN_MS);
      }
      this.#proofs = [...this.#proofs, ...(await this.#wallet.mintProofsBolt11(sats, quote))];
    });
  }

  /** A token of which its receiver keeps so much, after the mint's fee. Rejects when there is not enough. */
  take(sats: number): Promise<string> {
    return this.#next(async () => {
      const { keep, send } = await this.#wallet.send(sats, [...this.#proofs], { includeFees: true });
      this.#proofs = keep;
      return getEncodedToken({ mint: this.mint, unit: 'sat', proofs: send });
    });
  }

  /** Answers to what came in. Rejects when the token is spent, or of another mint. */
  claim(token: string): Promise<number> {
    return this.#next(async () => {
      const proofs = await this.#wallet.receive(token);
      this.#proofs = [...this.#proofs, ...proofs];
      return sumProofs(proofs).toNumber();
    });
  }

  #next<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#last.then(act);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
