// What became of a request to a mint. The difference that counts is between a mint that says no and one of which is not known
// whether it did what it was asked.

/** The mint said no: NUT-00's error, or a status below 500. */
export interface Refused {
  readonly is: 'refused';
  /** The NUTs' error code; 0 where it gave none. */
  readonly code: number;
  /** In its own words: a stranger's text, bounded. */
  readonly detail: string;
}

/** No answer, or none that makes sense: it may have done it. */
export interface Unknown {
  readonly is: 'unknown';
  /** For logs and the page: never what was asked. */
  readonly why: string;
}

export type Answer<T> = { readonly is: 'ok'; readonly value: T } | Refused | Unknown;

export const ok = <T>(value: T): Answer<T> => ({ is: 'ok', value });
export const unknown = (why: string): Unknown => ({ is: 'unknown', why });

/** NUT error codes: https://github.com/cashubtc/nuts/blob/main/error_codes.md */
export const CODE = {
  spent: 11001,
  inputsPending: 11002,
  alreadySigned: 11003,
  outputsPending: 11004,
  unbalanced: 11005,
  duplicateOutputs: 11008,
  keysetUnknown: 12001,
  keysetInactive: 12002,
  keysetExpired: 12003,
  lightningFailed: 20004,
  quotePending: 20005,
  invoicePaid: 20006,
  quoteExpired: 20007,
} as const;

/** Outputs were signed before, for something else. cdk-mintd says so with the code for outputs that are in a request twice. */
export function isSignedBefore({ code }: Refused): boolean {
  return code === CODE.alreadySigned || code === CODE.duplicateOutputs;
}

/** New outputs may do better: the keyset or its fee has changed meanwhile. Nutshell says so with code 11000 or none. */
export function wantsOtherOutputs(refused: Refused): boolean {
  const { code, detail } = refused;
  if (code === CODE.keysetUnknown || code === CODE.keysetInactive || code === CODE.keysetExpired) return true;
  if (code === CODE.unbalanced || isSignedBefore(refused)) return true;
  return (code === 0 || code === 11000) && /keyset|not balanced|unbalanced|fee/i.test(detail);
}
