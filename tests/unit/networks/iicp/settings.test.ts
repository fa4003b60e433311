import { describe, expect, it } from 'vitest';
import { originLimitIn, tunnelsIn } from '../../../../src-main/networks/iicp/settings.ts';

describe('another number of requests', () => {
  it.each([
    ['30', 30],
    ['0', Number.POSITIVE_INFINITY],
    ['', undefined],
    ['-1', undefined],
    ['12 a minute', undefined],
    [undefined, undefined],
  ])('is read of %j as %s', (text, expected) => {
    expect(originLimitIn(text)).toBe(expected);
  });
});

describe('the tunnels that the environment names', () => {
  it.each<[string, Record<string, string>, readonly string[] | 'none']>([
    ['none', {}, []],
    ['an empty one', { TUNNEL_URL: ' ' }, []],
    [
      'the one for IICP before others',
      { CLOUDFLARE_TUNNEL_URL: 'https://c.example', IICP_TUNNEL_URL: ' https://a.example ' },
      ['https://a.example', 'https://c.example'],
    ],
    ['none to be used', { IICP_TUNNEL: '0', TUNNEL_URL: 'https://a.example' }, 'none'],
  ])('are %s', (_what, env, tunnels) => {
    expect(tunnelsIn(env)).toEqual(tunnels);
  });
});
