// The keyboard's way to the actions.
import { actionsStore } from '../actions.ts';
import { isCharacter, isMac, isPressed } from '../keys.ts';
import { settingOf } from '../settings.ts';
import { settingsStore } from '../stores/settings.ts';
import { closePanel, enterInPanel, panelStore, typeInPanel } from './panels.ts';

/** Returns its off. */
export function startShortcuts(): () => void {
  const mac = isMac();
  const press = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.repeat || event.isComposing) return;
    if (panelStore.getState().open === 'palette' && !document.querySelector('dialog[open]') && ahead(event)) return;
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

/** The palette is on its way: what is typed is kept for it, and nothing of it reaches the page below. False: no key of its own. */
function ahead(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  event.preventDefault();
  const { typed, entered } = panelStore.getState();
  if (event.key === 'Escape') closePanel();
  else if (event.key === 'Enter') enterInPanel();
  else if (entered) return true;
  else if (event.key === 'Backspace') typeInPanel(Array.from(typed).slice(0, -1).join(''));
  else if (Array.from(event.key).length === 1) typeInPanel(typed + event.key);
  return true;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}

/** WCAG 2.1.4: shortcuts of a single character can be switched off. */
function charactersAllowed(): boolean {
  return settingOf(settingsStore.getState().live?.value, 'ui.characterKeys') !== false;
}
