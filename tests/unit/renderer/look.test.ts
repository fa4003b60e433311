import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DesktopView } from '../../../src-preload/contract/desktop.ts';
import { formatNow } from '../../../src-renderer/i18n/index.ts';
import { startLook } from '../../../src-renderer/look.ts';
import { desktopStore } from '../../../src-renderer/stores/desktop.ts';

const ten = 22 * 60;

beforeEach(() => {
  vi.stubGlobal('document', { documentElement: { dataset: {} } });
  vi.stubGlobal('navigator', { languages: ['en-US'] });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function desktopSays(hours: DesktopView['hours'], revision: number): void {
  // Nothing else of the desktop is looked at.
  desktopStore.getState().accept({ boot: 'b', revision, value: { hours } as DesktopView });
}

test('times are written as the desktop has them, whether it answers before the texts are loaded or after', async () => {
  desktopSays('h23', 1);
  await startLook();
  await expect.poll(() => formatNow().time(ten)).toBe('22:00');
  desktopSays('h12', 2);
  await expect.poll(() => formatNow().time(ten)).toBe('10:00\u00A0PM');
});
