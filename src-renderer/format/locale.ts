// Which regional form of a language the system prefers: `en` may be written as in Britain or as in America.

/** The first of the system's locales that is of this language, else the language alone. */
export function localeFor(language: string, system: readonly string[] = systemLocales()): string {
  return system.find((tag) => tag === language || tag.startsWith(`${language}-`)) ?? language;
}

export function systemLocales(): readonly string[] {
  return typeof navigator === 'undefined' ? [] : (navigator.languages ?? []);
}
