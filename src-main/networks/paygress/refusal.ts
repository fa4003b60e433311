// Why a request is not fulfilled, as the wire has it: a word that programs act on, a sentence, and what else its customer needs.

import { HearthError } from '../../base/errors.ts';
import type { ErrorReply, ErrorType } from './wire/reply.ts';

export class Refusal extends Error {
  readonly type: ErrorType;
  readonly details: string | null;

  constructor(type: ErrorType, message: string, details: string | null = null) {
    super(message);
    this.name = 'Refusal';
    this.type = type;
    this.details = details;
  }

  get reply(): ErrorReply {
    return { error_type: this.type, message: this.message, details: this.details };
  }
}

type Says = readonly [type: ErrorType, message: string];

const UNTOUCHED = 'Your token was not touched.';

/** By the codes of the wallet. What its mint says in prose stays here. */
const BY_CODE: Readonly<Record<string, Says>> = {
  'wallet.token': ['invalid_token', `This is not a whole Cashu token of one mint. ${UNTOUCHED}`],
  'wallet.token-locked': ['invalid_token', `This token is locked to a key that is not this provider's. ${UNTOUCHED}`],
  'wallet.too-little': ['insufficient_payment', `Nothing is left of this token after its mint's fee. ${UNTOUCHED}`],
  'wallet.below-price': ['insufficient_payment', `After its mint's fee this token is too little. ${UNTOUCHED}`],
  'wallet.mint-unknown': ['non_whitelisted_mint', `This provider does not take tokens of that mint. ${UNTOUCHED}`],
  'wallet.mint-address': ['invalid_token', `This token names no mint. ${UNTOUCHED}`],
  'wallet.unit': ['unsupported_unit', `This provider takes sat and msat. ${UNTOUCHED}`],
  'wallet.token-spent': ['token_already_spent', 'This token was spent before.'],
  'wallet.mint-unreachable': ['mint_network_error', `The token's mint can't be reached. ${UNTOUCHED}`],
  'wallet.busy': ['rate_limited', `Too many payments are being redeemed at once. ${UNTOUCHED} Try again in a minute.`],
  'wallet.none': ['mint_error', `This provider can't take payments now. ${UNTOUCHED}`],
};
const UNKNOWN: Says = ['mint_error', "The token's mint refuses it, or answers as no mint should."];

/** What went wrong with a token, before it was ours. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const code = error instanceof HearthError ? error.code : '';
  return refusalBy(code);
}

export function refusalBy(code: string | undefined): Refusal {
  return new Refusal(...(BY_CODE[code ?? ''] ?? UNKNOWN));
}
