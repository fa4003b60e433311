// Why money did not move. Whatever the code, nothing is lost: what was under way is either undone or still open, and says so.

import { HearthError } from '../base/errors.ts';
import type { Refused } from './mint/answer.ts';

export class NoWallet extends HearthError {
  constructor() {
    super({
      code: 'wallet.none',
      category: 'denied',
      message: 'There is no wallet yet. Make one with "hearth wallet words --new".',
    });
  }
}

/** Making a second wallet over one that holds something would lose it. */
export class WalletExists extends HearthError {
  constructor() {
    super({
      code: 'wallet.exists',
      category: 'conflict',
      message: 'This computer has a wallet already. Its words are the only ones that work here.',
    });
  }
}

export class BadWords extends HearthError {
  constructor() {
    super({
      code: 'wallet.words',
      category: 'invalid',
      message: 'These are not the 12 words of a wallet. Look for a word that was missed, misspelled or swapped.',
    });
  }
}

/** Not an address of a mint, or one that only its user may name. */
export class BadMintAddress extends HearthError {
  constructor(cause?: unknown) {
    super({
      code: 'wallet.mint-address',
      category: 'invalid',
      message: 'That is not the address of a mint. It begins with https:// and has no user name, query or fragment.',
      cause,
    });
  }
}

export class UnknownMint extends HearthError {
  constructor(mint: string) {
    super({
      code: 'wallet.mint-unknown',
      category: 'denied',
      message: `${mint} is not one of your mints. If you trust it, add it with "hearth wallet trust ${mint}".`,
      details: { mint },
    });
  }
}

/** It has no NUT-09: what is asked for while the computer fails would be gone. */
export class MintCannotRestore extends HearthError {
  constructor(mint: string) {
    super({
      code: 'wallet.mint-cannot-restore',
      category: 'denied',
      message: `${mint} can't restore: after a crash, money on its way there would be lost. Insist on it with "hearth wallet trust ${mint} --anyway", or choose another mint.`,
      details: { mint },
    });
  }
}

export class MintUnreachable extends HearthError {
  constructor(mint: string, cause?: unknown) {
    super({
      code: 'wallet.mint-unreachable',
      category: 'unavailable',
      message: `The mint ${mint} can't be reached. What you hold there is safe and can't be spent until it returns. Hearth keeps trying.`,
      details: { mint },
      cause,
    });
  }
}

/** It answers, but not as a mint does: other keys under one name, a signature that is none, too much. */
export class MintMisbehaves extends HearthError {
  constructor(mint: string, what: string, cause?: unknown) {
    super({
      code: 'wallet.mint-misbehaves',
      category: 'rejected',
      message: `The mint ${mint} does not answer as a mint should (${what}). Hearth asks again; if it stays so, ask its operator.`,
      details: { mint, what },
      cause,
    });
  }
}

/** Keysets of this id are another mint's, so one counter would serve two: nothing is asked of it. */
export class KeysetOfAnother extends HearthError {
  constructor(mint: string) {
    super({
      code: 'wallet.keyset-of-another',
      category: 'conflict',
      message: `${mint} has the keys of another of your mints. Use one of the two addresses, not both.`,
      details: { mint },
    });
  }
}

export class MintRefuses extends HearthError {
  constructor(mint: string, { code: number, detail }: Refused) {
    super({
      code: 'wallet.mint-refuses',
      category: 'rejected',
      message: `The mint ${mint} refuses: ${detail} (${number}). Nothing was moved.`,
      details: { mint, number, detail },
    });
  }
}

export class BadToken extends HearthError {
  constructor(cause?: unknown) {
    super({
      code: 'wallet.token',
      category: 'invalid',
      message: 'That is not a whole Cashu token of one mint. It begins with cashuA or cashuB; copy all of it.',
      cause,
    });
  }
}

export class TokenLocked extends HearthError {
  constructor() {
    super({
      code: 'wallet.token-locked',
      category: 'denied',
      message: 'This token is locked to a key that is not yours. Its sender has to lock it to yours, or to none.',
    });
  }
}

/** Before it was ours: it has been redeemed by another wallet. */
export class TokenSpent extends HearthError {
  constructor() {
    super({
      code: 'wallet.token-spent',
      category: 'rejected',
      message: 'This token was redeemed before, so it is worth nothing any more. Ask for another one.',
    });
  }
}

export class WrongUnit extends HearthError {
  constructor(unit: string) {
    super({
      code: 'wallet.unit',
      category: 'invalid',
      message: `The wallet takes sat and msat, not ${unit}.`,
      details: { unit },
    });
  }
}

export class NotEnough extends HearthError {
  constructor(wanted: number, held: number, unit: string) {
    super({
      code: 'wallet.not-enough',
      category: 'denied',
      message: `With fees that takes ${wanted} ${unit}, and ${held} ${unit} can be spent at this mint.`,
      details: { wanted, held, unit },
    });
  }
}

/** Of a token that pays for something: nothing was taken of it. */
export class BelowPrice extends HearthError {
  constructor(brings: number, least: number, unit: string) {
    super({
      code: 'wallet.below-price',
      category: 'rejected',
      message: `After the fee of its mint the token brings ${brings} ${unit}, and ${least} ${unit} are needed. Nothing was taken.`,
      details: { brings, least, unit },
    });
  }
}

/** A network gives back no more than it was paid for a job. */
export class RefundTooHigh extends HearthError {
  constructor(amount: number, left: number, unit: string) {
    super({
      code: 'wallet.refund-too-high',
      category: 'denied',
      message: `${amount} ${unit} were to be given back, and ${left} ${unit} are left of what was paid. Nothing was moved.`,
      details: { amount, left, unit },
    });
  }
}

/** So many payments of strangers are being redeemed that this one has to wait its turn elsewhere. */
export class WalletBusy extends HearthError {
  constructor() {
    super({
      code: 'wallet.busy',
      category: 'exhausted',
      message: 'Too many payments are being redeemed at once. Try again in a moment; nothing was taken.',
    });
  }
}

export class NotAsked extends HearthError {
  constructor() {
    super({
      code: 'wallet.words-not-asked',
      category: 'invalid',
      message: 'No words were asked for, or they have been answered. Ask again which ones are wanted.',
    });
  }
}

/** A restore test with them would prove nothing of this wallet. */
export class OtherWords extends HearthError {
  constructor() {
    super({
      code: 'wallet.other-words',
      category: 'rejected',
      message: 'These are the words of another wallet. What is here follows from other ones; nothing was changed.',
    });
  }
}

/** After its fee nothing would be left of it. */
export class TooLittle extends HearthError {
  constructor() {
    super({
      code: 'wallet.too-little',
      category: 'invalid',
      message: "The amount is too small: the mint's fee takes all of it.",
    });
  }
}

/** The proofs that an operation was to spend are spent at the mint, and not by it. */
export class ProofsLost extends HearthError {
  constructor(mint: string, amount: number, unit: string) {
    super({
      code: 'wallet.proofs-lost',
      category: 'broken',
      message: `The mint ${mint} calls ${amount} ${unit} of yours spent, and this wallet has not spent them. Another wallet with the same words may have. "hearth wallet restore" puts the books right.`,
      details: { mint, amount, unit },
    });
  }
}

export class BadInvoice extends HearthError {
  constructor(cause?: unknown) {
    super({
      code: 'wallet.invoice',
      category: 'invalid',
      message: 'That is not a Lightning invoice with an amount in it, or it has expired. Ask for a new one.',
      cause,
    });
  }
}

/** What the invoice asks for is not what was agreed. Nothing was paid. */
export class OtherAmount extends HearthError {
  constructor(wanted: number, asked: number) {
    super({
      code: 'wallet.other-amount',
      category: 'rejected',
      message: `The invoice asks for ${asked} msat where ${wanted} msat were meant. Nothing was paid.`,
      details: { wanted, asked },
    });
  }
}

export class BadLightningAddress extends HearthError {
  constructor(what: string, cause?: unknown) {
    super({
      code: 'wallet.lightning-address',
      category: 'rejected',
      message: `No payment can be made to that Lightning address: ${what}. Nothing was paid.`,
      details: { what },
      cause,
    });
  }
}

export class FeeTooHigh extends HearthError {
  constructor(fee: number, most: number, unit: string) {
    super({
      code: 'wallet.fee',
      category: 'denied',
      message: `The fee could be up to ${fee} ${unit}, more than the ${most} ${unit} that you allow. Nothing was paid.`,
      details: { fee, most, unit },
    });
  }
}

export class PaymentFailed extends HearthError {
  constructor(mint: string) {
    super({
      code: 'wallet.payment-failed',
      category: 'rejected',
      message: `The payment found no way through Lightning, says ${mint}. The money is back in your wallet.`,
      details: { mint },
    });
  }
}

export class QuoteExpired extends HearthError {
  constructor() {
    super({
      code: 'wallet.quote-expired',
      category: 'rejected',
      message: 'The offer of the mint has expired. Nothing was moved; ask again.',
    });
  }
}

export class UnknownOperation extends HearthError {
  constructor() {
    super({
      code: 'wallet.operation',
      category: 'invalid',
      message: 'The wallet knows no movement by that number. "hearth wallet history" lists them.',
    });
  }
}

/** Removing the seed would lose what follows from it. */
export class WalletHolds extends HearthError {
  constructor(amount: number) {
    super({
      code: 'wallet.holds',
      category: 'denied',
      message: `Your wallet holds ${amount} sat, which would be gone for good. Pay them out first, with "hearth wallet pay" or "hearth wallet token", or give them up by just that amount: "--give-up ${amount}". Nothing was removed.`,
      details: { amount },
    });
  }
}
