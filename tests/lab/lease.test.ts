// A router that grants twenty seconds at a time: renewed in time for as long as it takes, at a steady weight. CI looks at two
// renewals, `npm run soak` at hours of them.
import { expect, it } from 'vitest';
import { App } from './app.ts';
import { external, inLab, LAN, Lab } from './support.ts';

const LEASE_MS = 20_000;
const HOURS = Number(process.env.HEARTH_SOAK_HOURS ?? 1);
const FOR_MS = process.env.HEARTH_SOAK ? HOURS * 3_600_000 : 20_000;
/** RFC 6887 11.2.1: the first request for more comes between half and five eighths of what was granted. */
const SOONEST_MS = LEASE_MS / 2;
const LATEST_MS = (LEASE_MS * 5) / 8;
/** On a busy machine an answer may take this long. */
const SLACK_MS = 1500;

inLab('a short lease', () => {
  it.each(['clamp=20,noupnp', 'clamp=20,nopmp'])(
    'is renewed by what was granted, without a gap and without getting heavier (%s)',
    { timeout: FOR_MS + 60_000 },
    async (quirk) => {
      const lab = await Lab.up('--no-ipv6', '--quirk', quirk);
      await lab.listen('lan', 9001);
      const app = await App.start(lab);
      await app.mapped();
      const weigh = async () => {
        const after = app.now;
        app.tell({ do: 'weigh' });
        const { handles, bytes } = await app.child.hears('its weight', ({ kind }) => kind === 'weight', { after });
        return { handles: handles as readonly string[], bytes: Number(bytes) };
      };
      const before = await weigh();
      const end = performance.now() + FOR_MS;
      for (let renewals = 1; performance.now() < end; renewals += 1) {
        const after = app.now;
        const waited = performance.now();
        await app.sees('a renewal', (view) => view.renewals >= renewals, { after, withinMs: LATEST_MS + SLACK_MS });
        expect(performance.now() - waited).toBeGreaterThan(SOONEST_MS - SLACK_MS);
        expect(await lab.mappings()).toEqual([{ transport: 'tcp', external: 9001, to: `${LAN}:9001` }]);
        expect(await lab.connect(external(), 9001)).toBe('lan greets');
      }
      const later = await weigh();
      const persistent = (handles: readonly string[]) => handles.filter((name) => !/^(Timeout|Immediate)$/.test(name));
      // The socket of the last question may still be closing, before or after.
      expect(persistent(later.handles).length).toBeLessThanOrEqual(persistent(before.handles).length + 1);
      expect(later.bytes - before.bytes).toBeLessThan(48 * 1024 * 1024);
      expect(app.advertised()).toEqual(['none', `${external()}:9001`]);
      expect((await app.stop()).code).toBe(0);
      expect(await lab.mappings()).toEqual([]);
    },
  );
});
