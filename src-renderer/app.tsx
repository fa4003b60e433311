import { FlaskConical, KeyRound, TriangleAlert, Unplug } from 'lucide-react';
import { useStore } from 'zustand/react';
import type { Connection } from './bridge/connection.ts';
import { retryConnection } from './bridge/index.ts';
import { Button } from './components/button.tsx';
import { Mark } from './components/mark.tsx';
import { Notice } from './components/notice.tsx';
import { Text } from './components/text.tsx';
import { Home } from './pages/home/index.tsx';
import { alertsStore, dismissAlert } from './stores/alerts.ts';
import { connectionStore } from './stores/connection.ts';
import { nodeStore } from './stores/node.ts';

/** The frame around the page: who this is, how the connection stands, what went wrong. */
export function App() {
  const connection = useStore(connectionStore, (state) => state.connection);
  const node = useStore(nodeStore, ({ live }) => live?.value);
  const name = node?.name ?? '';
  return (
    <div className="mx-auto max-w-6xl px-4 py-5 sm:px-6 sm:py-7">
      <header className="mb-5 flex items-center gap-2.5">
        <Mark />
        <span className="text-lg font-semibold tracking-tight">Hearth</span>
        {name !== '' && (
          <span className="truncate text-soft">
            <Text value={name} most={64} />
          </span>
        )}
      </header>
      {connection.state === 'refused' ? (
        <Refused {...connection} />
      ) : (
        <main className="space-y-4">
          {node?.practice && (
            <Notice tone="good" icon={FlaskConical}>
              <strong className="font-semibold">Practice:</strong> tasks and credits here are not real.
            </Notice>
          )}
          {connection.state === 'lost' && <Lost />}
          <Alerts />
          <Home />
        </main>
      )}
    </div>
  );
}

function Lost() {
  return (
    <div role="alert">
      <Notice tone="warn" icon={Unplug} action={<Button onClick={retryConnection}>Try now</Button>}>
        <p className="font-medium">The connection to Hearth is lost.</p>
        <p className="text-soft">
          What you see is from before. It is being sought again; if it does not come back, see whether Hearth still
          runs.
        </p>
      </Notice>
    </div>
  );
}

function Refused({ reason, next }: Extract<Connection, { state: 'refused' }>) {
  return (
    <main role="alert" className="rounded-lg border border-line bg-panel p-6 shadow-card sm:p-8">
      <span className="mb-4 grid size-11 place-items-center rounded-full bg-sunken text-soft">
        <KeyRound aria-hidden="true" size={20} />
      </span>
      <h1 className="text-xl leading-7 font-semibold tracking-tight">{reason}</h1>
      <p className="mt-1 max-w-prose text-soft">
        <Code text={next} />
      </p>
    </main>
  );
}

/** Sets what stands between backticks as code. */
function Code({ text }: { text: string }) {
  return text.split('`').map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <code key={part} className="rounded bg-sunken px-1.5 py-0.5 font-mono text-[0.8125rem] text-ink">
        {part}
      </code>
    ),
  );
}

function Alerts() {
  const alerts = useStore(alertsStore, (state) => state.alerts);
  return (
    <div role="alert" className="space-y-2 empty:hidden">
      {alerts.map(({ code, message }) => (
        <Notice
          key={code}
          tone="bad"
          icon={TriangleAlert}
          action={<Button onClick={() => dismissAlert(code)}>Dismiss</Button>}
        >
          <Text value={message} most={500} />{' '}
          <span className="font-mono text-xs whitespace-nowrap text-soft">
            <Text value={code} most={64} />
          </span>
        </Notice>
      ))}
    </div>
  );
}
