// What pictures say to those who do not see them, or see them without colours.
import { beforeAll, describe, expect, it } from 'vitest';
import { speak } from '../speech.ts';
import * as shown from './pictures.tsx';

const all = () => [
  shown.sparkline(),
  shown.gauge(61),
  shown.strip(),
  shown.stackedBar(),
  shown.path(),
  shown.peerMap(3),
];

describe('a picture', () => {
  beforeAll(async () => void (await speak('en')));

  it('says in a sentence what it shows', () => {
    expect(shown.sparkline()).toContain('role="img" aria-label="38 tokens a second, 40 at most."');
    expect(shown.gauge(61)).toContain('role="img" aria-label="61 °C of 70 °C."');
    expect(shown.stackedBar()).toContain('role="img" aria-label="Of 16 GB, 6 GB are kept."');
    expect(shown.peerMap(3)).toContain('role="img" aria-label="7 peers."');
    expect(shown.path()).toContain('<ol aria-label="Your router lets nothing in."');
    expect(shown.strip()).toContain('<p class="sr-only">Worked for 2 h.</p>');
  });

  it('has the same figures as a table or a list', () => {
    for (const markup of [shown.strip(), shown.peerMap(3)])
      expect(markup).toMatch(/Show as table.*<table.*<th scope="row"/);
    expect(shown.stackedBar()).toMatch(/<dt[^>]*>.*Kept for you<\/dt><dd[^>]*>6 GB/);
    expect(shown.path()).toMatch(/Router<\/span>.*Blocks/);
  });

  it('does not move, and has a colour of the system’s for each of its own', () => {
    for (const markup of all()) expect(markup).not.toMatch(/<animate|animation|animate-/);
    for (const markup of all()) {
      for (const [, look = ''] of markup.matchAll(/<(?:path|line|rect|circle)\b[^>]*class="([^"]+)"/g)) {
        if (look !== 'fill-transparent') expect(look).toMatch(/forced-colors:/);
      }
    }
  });

  it('leaves links in it to the pointer, for the keyboard has them in the table', () => {
    expect(shown.strip()).toMatch(/<svg aria-hidden="true".*<a href="#\/work" tabindex="-1"/);
    expect(shown.strip()).toMatch(/<table.*<a href="#\/work">0<\/a>/);
  });
});

describe('a strip', () => {
  it('shows the parts of its day and no others', () => {
    expect(shown.strip()).toContain('Paused, 2 to 6');
    expect(shown.strip()).not.toContain('another day');
  });
});

describe('a gauge', () => {
  it('marks the limit, and changes its colour from there on', () => {
    expect(shown.gauge(61)).toContain('x1="70%"');
    expect(shown.gauge(61)).toContain('fill-accent');
    expect(shown.gauge(70)).toContain('fill-warn');
  });
});

describe('a stacked bar', () => {
  it('draws no part that is nothing, and names it all the same', () => {
    expect(shown.stackedBar()).not.toContain('width="0%"');
    expect(shown.stackedBar()).toContain('0 GB');
  });
});

describe('a path', () => {
  it('crosses out the way where nothing gets through, and opens a stop that has a proof', () => {
    expect(shown.path().match(/<path d="M1 1L10 10/g)).toHaveLength(1);
    expect(shown.path().match(/<button type="button" aria-expanded="false"/g)).toHaveLength(1);
  });
});

describe('a map of peers', () => {
  it('tells by shape and line which are reached through others, and draws no cloud', () => {
    expect(shown.peerMap(3).match(/stroke-dasharray/g)).toHaveLength(1);
    expect(shown.peerMap(3).match(/<title>/g)).toHaveLength(3);
    expect(shown.peerMap(5000).match(/<title>/g)).toHaveLength(60);
  });
});
