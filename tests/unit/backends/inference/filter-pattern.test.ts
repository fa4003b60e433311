import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pattern } from '../../../../src-main/backends/inference/filter-pattern.ts';

function passes(value: unknown): boolean {
  try {
    return pattern(value, 'pattern') === value;
  } catch {
    return false;
  }
}

describe('a pattern in a schema', () => {
  it.each([
    '^[a-z]+$',
    '^[A-Za-z0-9_-]{1,64}$',
    '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
    '^#[0-9a-fA-F]{6}$',
    '^v?[0-9]+\\.[0-9]+\\.[0-9]+$',
    '^[a-z0-9.]+@[a-z0-9-]+\\.example$',
    '^https://[a-z]+/$',
    '^[A-Z]{2,3}[0-9]*$',
    '^\\+[0-9]{5,}$',
  ])('passes where it is simple: %s', (value) => {
    expect(passes(value)).toBe(true);
  });

  it.each([
    '',
    '^',
    '$',
    '^$',
    'a',
    '^a',
    'a$',
    '^a|b$',
    '^(a)$',
    '^(?=a)$',
    '^.$',
    '^[^a]$',
    '^[]$',
    '^[z-a]$',
    '^[A-z]$',
    '^[a-]+[-z]$',
    '^[a-\\d]$',
    '^\\w$',
    '^\\n$',
    '^\\$',
    '^a**$',
    '^a+?$',
    '^a{2}{3}$',
    '^a{3,2}$',
    '^a{0}$',
    '^a{0,0}$',
    '^a{,2}$',
    '^{2}$',
    '^?$',
    '^a{99999}$',
    '^a{257}$',
    '^a*a$',
    '^a?b*a$',
    '^[a-z]+[m-p]$',
    '^"$',
    '^ä$',
    `^${'a'.repeat(255)}$`,
    7,
    null,
  ])('is refused where it is not: %s', (value) => {
    expect(passes(value)).toBe(false);
  });

  it('is an expression that every engine reads alike, if it passes at all', () => {
    const sign = fc.constantFrom(
      'a',
      'b',
      '1',
      '-',
      '.',
      '^',
      '$',
      '[',
      ']',
      '(',
      ')',
      '|',
      '\\',
      '*',
      '+',
      '?',
      '{2}',
      '{1,3}',
      '[a-c]',
    );
    let passed = 0;
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 6 }), (signs) => {
        const value = `^${signs.join('')}$`;
        if (!passes(value)) return;
        passed += 1;
        expect(() => new RegExp(value, 'u')).not.toThrow();
        expect(value.replace(/\\./g, 'e').replace(/\[[^\]]*\]/g, 'c')).not.toMatch(/[()|.[\]]|[*+?}][*+?{]|^\^[*+?{]/);
      }),
      { numRuns: 3000 },
    );
    expect(passed).toBeGreaterThan(50);
  });
});
