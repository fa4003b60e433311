import { describe, expect, it } from 'vitest';
import { TEMPLATES } from '../../../../src-main/backends/workloads/templates.ts';

const rows = TEMPLATES.map((template) => [template.slug, template] as const);

describe('the templates', () => {
  it('have the names that customers know them by, each once', () => {
    expect(TEMPLATES.map(({ slug }) => slug)).toEqual([
      'nostr-relay',
      'inference-endpoint',
      'headless-browser',
      'bitcoin-node',
      'agent-sandbox',
      'openclaw',
    ]);
  });

  it.each(rows)(
    'name the registry of %s, and a port that it is ready at',
    (_slug, { image, ports, healthPort, env }) => {
      expect(image).toMatch(/^[a-z.]+\.[a-z]+\/[a-z0-9-]+\/[a-z0-9-]+:[\w.]+$/);
      expect(ports.map(({ port }) => port)).toContain(healthPort);
      expect(Object.keys(env).filter((name) => !/^[A-Z_]+$/.test(name))).toEqual([]);
    },
  );
});
