// Language, theme and how times are written, as the settings and the desktop have them. The last ones are kept in the browser too, so
// that the next start does not show the wrong ones until the engine has answered.
import { z } from 'zod';
import type { StoreApi } from 'zustand/vanilla';
import { Hours } from '../src-preload/contract/desktop.ts';
import { Language, Theme } from '../src-preload/contract/settings/ui.ts';
import { systemLocales } from './format/locale.ts';
import { languageOf, setLanguage } from './i18n/index.ts';
import { settingOf } from './settings.ts';
import { reportFailure } from './stores/alerts.ts';
import { desktopStore } from './stores/desktop.ts';
import { settingsStore } from './stores/settings.ts';

const Look = z.object({ language: Language, theme: Theme, hours: Hours.optional() });
type Look = z.infer<typeof Look>;

const SYSTEM: Look = { language: 'system', theme: 'system' };
const KEPT_AS = 'hearth.look';

/** Shows the pages as they were last, and then as the settings say. Call once, before the first render, and wait for it. */
export async function startLook(): Promise<void> {
  let shown = kept();
  await apply(shown);
  const change = (part: Partial<Look>) => {
    const next = { ...shown, ...part };
    if (next.language === shown.language && next.theme === shown.theme && next.hours === shown.hours) return;
    shown = next;
    keep(shown);
    void apply(shown).catch(reportFailure);
  };
  follow(settingsStore, ({ live }) => {
    const language = settingOf(live?.value, 'ui.language');
    const theme = settingOf(live?.value, 'ui.theme');
    if (language !== undefined && theme !== undefined) change({ language, theme });
  });
  // In a browser it is the browser that knows.
  follow(desktopStore, ({ live }) => {
    if (live) change({ hours: live.value?.hours });
  });
}

/** What the store has by now, and what comes: the engine's first answer may be there before the texts of the language are. */
function follow<S>(store: StoreApi<S>, take: (state: S) => void): void {
  take(store.getState());
  store.subscribe(take);
}

async function apply({ language, theme, hours }: Look): Promise<void> {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  await setLanguage(languageOf(language, systemLocales()), hours);
}

/** A browser may refuse storage altogether; then each start begins with the system's choice. */
function kept(): Look {
  try {
    return Look.parse(JSON.parse(localStorage.getItem(KEPT_AS) ?? ''));
  } catch {
    return SYSTEM;
  }
}

function keep(look: Look): void {
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify(look));
  } catch {
    // Only the start's first moment looks different for it.
  }
}
