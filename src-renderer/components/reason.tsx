import type { Reason as ReasonView } from '../../src-preload/contract/define.ts';
import { useText } from '../i18n/use-text.ts';
import { Text } from './text.tsx';

/** Why, and what to do about it, in the words of the page where it has some. */
export function Reason({ reason }: { reason: ReasonView }) {
  const { say } = useText();
  const { message, action } = say(reason);
  return (
    <>
      <Text value={message} most={400} />
      {action !== undefined && (
        <>
          {' '}
          <span className="font-medium text-ink">
            <Text value={action} most={400} />
          </span>
        </>
      )}
    </>
  );
}
