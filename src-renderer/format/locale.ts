/** What the user's computer prefers, most wanted first; none outside a page. */
export function systemLocales(): readonly string[] {
  return typeof navigator === 'undefined' ? [] : (navigator.languages ?? []);
}
