import type { NodeView } from '../../../src-preload/contract/node.ts';
import { Text } from '../../components/text.tsx';
import { clockTime } from '../../format/time.ts';

const serviceWords: Record<NodeView['services'][number]['state'], string> = {
  starting: 'starting',
  running: 'running',
  degraded: 'not well',
  stopped: 'stopped',
};

/** The small print: which program this is, where its data lies, and how its parts are. */
export function About({ node, now }: { node: NodeView; now: number }) {
  return (
    <footer className="space-y-1 px-1 pb-2 text-xs leading-5 text-soft">
      <p>
        Hearth <Text value={node.version} most={32} /> · running since {clockTime(node.startedAt, now)} · data in{' '}
        <Text value={node.dataFolder} most={200} /> · key kept by <Text value={node.keyHolder} most={64} />
      </p>
      {node.services.length > 0 && (
        <details>
          <summary className="min-h-6 w-fit cursor-pointer py-0.5">Parts</summary>
          <ul className="mt-1 space-y-0.5">
            {node.services.map(({ name, state, since, reason }) => (
              <li key={name}>
                <Text value={name} most={64} />: {serviceWords[state]} since {clockTime(since, now)}
                {reason && (
                  <>
                    . <Text value={reason.message} most={300} />
                  </>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
    </footer>
  );
}
