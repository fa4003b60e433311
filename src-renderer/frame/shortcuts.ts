// The keyboard's way to the actions.
import { actionsStore } from '../actions.ts';
import { isCharacter, isMac, isPressed } from '../keys.ts';
import { settingOf } from '../settings.ts';
import { settingsStore } from '../stores/settings.ts';
import { closePanel, panelStore, typeInPanel } from './panels.ts';

/** Returns its off. */
export function startShortcuts(): () => void {
  const mac = isMac();
  const press = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.repeat || event.isComposing) return;
    if (panelStore.getState().open === 'palette' && !document.querySelector('dialog[open]')) {
      ahead(event);
      return;
    }
    const action = actionsStore
      .getState()
      .actions.find(({ keys }) => keys !== undefined && isPressed(keys, event, mac));
    if (action?.keys === undefined) return;
    if (isCharacter(action.keys) && (isTyping(event.target) || !charactersAllowed())) return;
    // What lies over the page has the keyboard; only what opened it may close it again.
    const panel = panelStore.getState().open;
    if (document.querySelector('dialog[open]')) {
      if (panel === 'palette' && action.id === 'help.palette') closePanel();
      event.preventDefault();
      return;
    }
    event.preventDefault();
    action.run();
  };
  window.addEventListener('keydown', press);
  return () => window.removeEventListener('keydown', press);
}

/** The palette is on its way: letters are kept for its field, and Enter presses nothing of the page under it. */
function ahead(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key.length === 1) typeInPanel(panelStore.getState().typed + event.key);
  event.preventDefault();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}

/** WCAG 2.1.4: shortcuts of a single character can be switched off. */
function charactersAllowed(): boolean {
  return settingOf(settingsStore.getState().live?.value, 'ui.characterKeys') !== false;
}
