import { type ComponentType, Suspense, useEffect, useRef } from 'react';
import { useStore } from 'zustand/react';
import { Placeholder } from './components/placeholder.tsx';
import { Toasts } from './components/toasts.tsx';
import { Alerts, Lost, Refused } from './frame/alerts.tsx';
import { ConfirmHere } from './frame/confirm-here.tsx';
import { useFirstRun } from './frame/first-run.ts';
import { Guard } from './frame/guard.tsx';
import { type Panel, panelStore } from './frame/panels.ts';
import { Rail } from './frame/rail.tsx';
import { StatusBar } from './frame/status-bar.tsx';
import { useWhere } from './frame/where.ts';
import { useText } from './i18n/use-text.ts';
import { lazily } from './lazily.ts';
import { Home } from './pages/home/index.tsx';
import { type PlaceId, places } from './places.ts';
import { releaseStore } from './sharing.ts';
import { connectionStore } from './stores/connection.ts';
import { removedStore } from './stores/removed.ts';
import { dismissToast, toastsStore } from './stores/toasts.ts';

/** What of a place is looked at, if anything: the part of the address behind it. */
interface PageProps {
  readonly detail: string | undefined;
}

/** Each comes when it is first wanted, with the pictures on it, but for the one that a start shows. */
const pages: Record<PlaceId, ComponentType<PageProps>> = {
  home: Home,
  work: lazily(async () => (await import('./pages/work/index.tsx')).Work),
  earnings: lazily(async () => (await import('./pages/earnings/index.tsx')).Earnings),
  capacity: lazily(async () => (await import('./pages/capacity/index.tsx')).Capacity),
  availability: lazily(async () => (await import('./pages/availability/index.tsx')).Availability),
  network: lazily(async () => (await import('./pages/network/index.tsx')).Network),
  settings: lazily(async () => (await import('./pages/settings/index.tsx')).Settings),
  setup: lazily(async () => (await import('./pages/setup/index.tsx')).Setup),
};

const loadPalette = () => import('./frame/palette.tsx');
const Palette = lazily(async () => (await loadPalette()).Palette);
const Removed = lazily(async () => (await import('./frame/removed.tsx')).Removed);
const LeasesLeft = lazily(async () => (await import('./frame/leases-left.tsx')).LeasesLeft);
const Help = lazily(async () => (await import('./frame/help.tsx')).Help);
const PausePanel = lazily(async () => (await import('./frame/pause.tsx')).PausePanel);
const KeyList = lazily(async () => (await import('./frame/help.tsx')).KeyList);

/** The frame around the pages: where one is, how it stands, what went wrong. */
export function App() {
  const connection = useStore(connectionStore, (state) => state.connection);
  const removed = useStore(removedStore, (state) => state.removed);
  if (removed) {
    return (
      <Suspense>
        <Removed view={removed} />
      </Suspense>
    );
  }
  return connection.state === 'refused' ? (
    <Refused why={connection.why} usedAt={connection.usedAt} />
  ) : (
    <Frame lost={connection.state === 'lost'} />
  );
}

function Frame({ lost }: { lost: boolean }) {
  const { t } = useText();
  const { place, detail } = useWhere();
  const main = useRef<HTMLElement>(null);
  const known = useFirstRun();
  const left = useStore(releaseStore, ({ done }) => (done?.leases.length ?? 0) > 0);
  // What is typed right after the palette's keys would be lost while it is fetched.
  useEffect(() => {
    const waiting = requestIdleCallback(() => void loadPalette().catch(() => undefined));
    return () => cancelIdleCallback(waiting);
  }, []);
  useArrival(main, place, detail ?? '', t('frame.title', { place: t(places[place].title) }));
  const Page = pages[place];
  if (!known) return null;
  // The first run has the window to itself.
  const alone = place === 'setup';
  return (
    <div className="flex min-h-dvh flex-col sm:flex-row">
      {!alone && (
        <button
          type="button"
          onClick={() => main.current?.focus()}
          className="absolute start-2 top-2 z-30 min-h-8 -translate-y-24 rounded-md border border-edge bg-panel px-3 focus:translate-y-0"
        >
          {t('frame.skip')}
        </button>
      )}
      {!alone && <Rail here={place} />}
      <div className="flex min-w-0 flex-1 flex-col">
        {!alone && <StatusBar />}
        <main ref={main} tabIndex={-1} className="flex-1 p-4 outline-none sm:p-6">
          <div className="mx-auto max-w-6xl space-y-4">
            {lost && <Lost />}
            <Alerts />
            <Guard key={place}>
              <Suspense fallback={<Placeholder lines={6} />}>
                <Page detail={detail} />
              </Suspense>
            </Guard>
          </div>
        </main>
        <Notes />
      </div>
      <Overlay place={place} />
      {left && (
        <Suspense>
          <LeasesLeft />
        </Suspense>
      )}
      <ConfirmHere />
    </div>
  );
}

/**
 * Going somewhere is heard and seen: the title says where, the focus and the view begin at the page's start. Unless somebody
 * is in the middle of something that stays, such as a filter that the address follows, or the page has begun by itself.
 */
function useArrival(main: { readonly current: HTMLElement | null }, place: string, at: string, title: string): void {
  const address = `${place}/${at}`;
  const arrived = useRef({ place, address });
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    const before = arrived.current;
    if (before.address === address) return;
    arrived.current = { place, address };
    const focused = document.activeElement;
    const within = focused !== main.current && main.current?.contains(focused);
    if (within && (before.place === place || focused?.matches('h1'))) return;
    main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [main, place, address]);
}

function Overlay({ place }: { place: PlaceId }) {
  const { open, about } = useStore(panelStore);
  if (open === undefined) return null;
  const shown: Record<Panel, React.JSX.Element> = {
    palette: <Palette />,
    help: <Help place={place} about={about} />,
    keys: <KeyList />,
    pause: <PausePanel />,
  };
  return <Suspense>{shown[open]}</Suspense>;
}

function Notes() {
  const toasts = useStore(toastsStore, (state) => state.toasts);
  return <Toasts toasts={toasts} onClose={dismissToast} />;
}
