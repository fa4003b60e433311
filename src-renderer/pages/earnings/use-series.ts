import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand/react';
import type { EarningsNet, EarningsSeries } from '../../../src-preload/contract/earnings.ts';
import { engine } from '../../bridge/index.ts';
import type { Step } from '../../parts/entries-link.tsx';
import { settingOf } from '../../settings.ts';
import { reportFailure } from '../../stores/alerts.ts';
import { earningsStore } from '../../stores/earnings.ts';
import { settingsStore } from '../../stores/settings.ts';
import { askedFor } from './look.ts';

const GAP_MS = 3000;
const POWER = ['power.tariff', 'power.draw', 'power.wear', 'power.worth'] as const;

/** The sums of a stretch of time; asked again when something is booked, but not for each entry. */
export function useSeries(by: Step, to: number | undefined): EarningsSeries | undefined {
  const [held, setHeld] = useState<{ readonly key: string; readonly series: EarningsSeries }>();
  const through = useStore(earningsStore, ({ live }) => live && `${live.value.through} ${live.value.settled}`);
  // Power is counted anew with another tariff.
  const power = useStore(settingsStore, ({ live }) =>
    JSON.stringify(POWER.map((path) => settingOf(live?.value, path))),
  );
  const key = `${by} ${to} ${power}`;
  const asked = useRef({ key: '', at: 0 });
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when something is booked
  useEffect(() => {
    const wait = asked.current.key === key ? Math.max(0, asked.current.at + GAP_MS - performance.now()) : 0;
    const timer = setTimeout(() => {
      asked.current = { key, at: performance.now() };
      void engine()
        .ask('earnings.series', askedFor(by, to))
        // Held though something was booked meanwhile: on a busy node something always is.
        .then((series) => asked.current.key === key && setHeld({ key: `${by} ${to}`, series }), reportFailure);
    }, wait);
    return () => clearTimeout(timer);
  }, [key, by, to, through]);
  return held?.key === `${by} ${to}` ? held.series : undefined;
}

/** What is left of the same stretch by kind and model; asked again with each new series. The last one stays meanwhile. */
export function useNet(series: EarningsSeries): EarningsNet | undefined {
  const [held, setHeld] = useState<{ readonly key: string; readonly net: EarningsNet }>();
  const asked = useRef('');
  const from = series.points[0]?.start ?? 0;
  const to = series.points.at(-1)?.end ?? 0;
  const key = `${from} ${to}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each series is a cause to ask again
  useEffect(() => {
    asked.current = key;
    void engine()
      .ask('earnings.net', { from, to })
      .then((net) => asked.current === key && setHeld({ key, net }), reportFailure);
  }, [key, from, to, series]);
  return held?.key === key ? held.net : undefined;
}
