// The parts that pages are made of: what they say of themselves to those who do not see them.
import { beforeAll, describe, expect, it } from 'vitest';
import * as shown from './specimens.tsx';
import { speak } from './speech.ts';

describe('a part of a page', () => {
  beforeAll(async () => void (await speak('en')));

  it('shows the text of strangers as text, whatever it is', () => {
    const markup = shown.text('<img src=x onerror=alert(1)>\u202Egnp');
    expect(markup).toBe('<bdi>&lt;img src=x onerror=alert(1)&gt;gnp</bdi>');
    expect(shown.text('x'.repeat(1_000_000), 10).length).toBeLessThan(40);
  });

  it('ties a field’s label, help and error to its control', () => {
    const id = /<label for="([^"]+)"/.exec(shown.field())?.[1];
    expect(shown.field()).toContain(`id="${id}"`);
    expect(shown.field()).not.toContain('aria-invalid="');
    const wrong = shown.field('Too long.');
    const described = /aria-describedby="([^"]+)"/.exec(wrong)?.[1]?.split(' ') ?? [];
    expect(described).toHaveLength(2);
    for (const one of described) expect(wrong).toContain(`<p id="${one}"`);
    expect(wrong).toContain('aria-invalid="true"');
    expect(wrong).toMatch(/role="alert"[^>]*>.*Too long\./);
  });

  it('has a name where it is only a shape, and hides the shape where it has words', () => {
    expect(shown.iconButton()).toContain('aria-label="Close"');
    expect(shown.copy()).toContain('aria-label="Copy"');
    expect(shown.button(false)).toMatch(/<svg[^>]*aria-hidden="true"/);
  });

  it('stays where the focus is while it is busy', () => {
    expect(shown.button(true)).toContain('aria-disabled="true"');
    expect(shown.button(true)).not.toContain(' disabled');
  });

  it('says how a switch and a slider stand', () => {
    expect(shown.toggle()).toMatch(/role="switch" aria-checked="true" aria-label="Sharing"/);
    expect(shown.slider()).toMatch(/type="range".*aria-valuetext="4 of 16"/);
  });

  it('heads a table’s columns and rows, and names it', () => {
    expect(shown.table()).toMatch(/<caption[^>]*>Sums<\/caption>/);
    expect(shown.table().match(/scope="col"/g)).toHaveLength(2);
    expect(shown.table().match(/scope="row"/g)).toHaveLength(1);
  });

  it('gives progress a label and a figure', () => {
    const id = /aria-labelledby="([^"]+)"/.exec(shown.progress())?.[1];
    expect(shown.progress()).toContain(`<span id="${id}">Update</span>`);
    expect(shown.progress()).toContain('10 of 40 MB');
    expect(shown.progress()).toContain('value="0.25"');
  });

  it('puts the verb on the button that cannot be taken back, and leaves another way', () => {
    expect(shown.confirm()).toContain('role="alertdialog"');
    expect(shown.confirm().indexOf('Cancel')).toBeGreaterThan(0);
    expect(shown.confirm().indexOf('Cancel')).toBeLessThan(shown.confirm().indexOf('Remove 3 files'));
  });

  it('is opened by a button with a name', () => {
    expect(shown.menu()).toMatch(/aria-haspopup="menu".*More/);
    expect(shown.popover()).toMatch(/aria-haspopup="dialog".*Why/);
    expect(shown.tabs()).toMatch(/role="tablist".*role="tab".*One.*role="tabpanel".*first/);
    expect(shown.linkButton()).toMatch(/^<a href="#\/work"/);
    expect(shown.select()).toMatch(/<option value="b" selected="">Second/);
  });

  it('shows a setting by what it is for, and a secret never', () => {
    const path = 'networks.iicp.operatorHmacKey' as const;
    const markup = shown.settingList({ path, value: null, initial: '', isSet: true, secret: true, about: 'A key.' });
    expect(markup).toContain('set, never shown');
    expect(markup).toContain('A key.');
  });
});

describe('what the engine says', () => {
  const reason = { code: 'node.no-network', message: 'No network.', action: 'hearth settings set x' };

  it('is shown in the words of the page, and in its own where there are none', async () => {
    await speak('de');
    expect(shown.reason(reason)).toContain('Kein Netzwerk ist eingeschaltet.');
    expect(shown.reason({ ...reason, code: 'IICP-E099' })).toContain('Das Verzeichnis hat abgelehnt.');
    await speak('en');
    expect(shown.reason(reason)).toContain('Join one under Network.');
    expect(shown.reason({ code: 'new.one', message: 'Something new.' })).toBe('<bdi>Something new.</bdi>');
  });
});
