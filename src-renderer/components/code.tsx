import { Copy } from './copy.tsx';
import { Text } from './text.tsx';

/** The stable name of an error, to look it up by and to pass on. */
export function Code({ code }: { code: string }) {
  return (
    <span className="inline-flex items-center gap-1 font-mono text-xs whitespace-nowrap text-soft">
      <Text value={code} most={64} />
      <Copy text={code} />
    </span>
  );
}
