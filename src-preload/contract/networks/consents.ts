// What was agreed to, as the setting `setup.consents` keeps it. Pure, and without zod: the pages and the terminal share it.

interface Consent<I extends string> {
  readonly network: I;
  readonly version: number;
  readonly at: number;
}

/** One that was given to the same version stays with its time; an older one of the same network goes. */
export function withConsents<I extends string>(
  given: readonly Consent<I>[],
  agreed: readonly Omit<Consent<I>, 'at'>[],
  at: number,
): Consent<I>[] {
  const fresh = agreed.filter(({ network, version }) => !hasConsent(given, network, version));
  const kept = given.filter(({ network }) => !fresh.some((one) => one.network === network));
  return [...kept, ...fresh.map((one) => ({ ...one, at }))];
}

export function hasConsent<I extends string>(given: readonly Consent<I>[], network: I, version: number): boolean {
  return given.some((one) => one.network === network && one.version === version);
}
