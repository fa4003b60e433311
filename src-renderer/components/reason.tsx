import type { Reason as ReasonView } from '../../src-preload/contract/define.ts';
import { Text } from './text.tsx';

/** Why, and what to do about it. */
export function Reason({ reason }: { reason: ReasonView }) {
  return (
    <>
      <Text value={reason.message} most={400} />
      {reason.action !== undefined && (
        <>
          {' '}
          <span className="font-medium text-ink">
            <Text value={reason.action} most={400} />
          </span>
        </>
      )}
    </>
  );
}
