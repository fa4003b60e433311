import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkIn, placeOf } from '../../../src-main/shell/links.ts';

describe('a link', () => {
  it.each([
    ['hearth://job/17', '#/work/17'],
    ['hearth://job/17/', '#/work/17'],
    ['hearth://job/999999999999999', '#/work/999999999999999'],
    ['hearth://settings', '#/settings'],
    ['hearth://settings/', '#/settings'],
    ['hearth://settings/network', '#/settings/network'],
    ['hearth://settings/updates/', '#/settings/updates'],
  ])('%s shows %s', (link, place) => {
    expect(placeOf(link)).toBe(place);
  });

  it.each([
    'hearth://job',
    'hearth://job/',
    'hearth://job/0',
    'hearth://job/017',
    'hearth://job/-1',
    'hearth://job/1e9',
    'hearth://job/1234567890123456',
    'hearth://job/17/more',
    'hearth://job/17?pause=1',
    'hearth://job/17#x',
    'hearth://job/%31',
    'hearth://job/17 --no-sandbox',
    'hearth://job//17',
    'hearth://job/17\n',
    'hearth://user@job/17',
    'hearth://job:80/17',
    'hearth:job/17',
    'hearth:///job/17',
    'HEARTH://job/17',
    'hearth://settings/../job/17',
    'hearth://settings/general/more',
    'hearth://settings/__proto__',
    'hearth://settings/sharing?on=false',
    'hearth://pause',
    'https://job/17',
    'app://ui/index.html',
    'javascript:alert(1)',
    ' hearth://job/17',
    '',
  ])('that is %j shows nothing', (link) => {
    expect(placeOf(link)).toBeUndefined();
  });

  it('that is no text shows nothing', () => {
    for (const odd of [undefined, null, 17, {}, ['hearth://job/17'], { toString: () => 'hearth://job/17' }]) {
      expect(placeOf(odd)).toBeUndefined();
    }
  });

  it('never leads out of the pages, whatever it holds', () => {
    const nearly = fc.string({ unit: fc.constantFrom(...Array.from('hearth:/jobsting 0123456789.%#?&=-\\"\'<>')) });
    const parts = fc.array(
      fc.constantFrom('hearth://', 'job', 'settings', '/', '17', 'network', '..', '?', '#', '%2f'),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          nearly,
          parts.map((list) => list.join('')),
        ),
        (link) => {
          const place = placeOf(link);
          if (place !== undefined) expect(place).toMatch(/^#\/(work\/[1-9]\d*|settings(\/[a-z]+)?)$/);
        },
      ),
    );
  });
});

describe('a command line', () => {
  it.each([
    [['--', 'hearth://job/17'], 'hearth://job/17'],
    [['--data', '/evil', '--', 'hearth://job/17'], 'hearth://job/17'],
    [['HEARTH://anything'], 'HEARTH://anything'],
    [['--practice', '--data', '/home/u/hearth'], undefined],
    [['--data=hearth://job/1'], undefined],
    [[], undefined],
  ])('%j holds the link %s', (words, link) => {
    expect(linkIn(words)).toBe(link);
  });
});
