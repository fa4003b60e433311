import { Copy } from '../components/copy.tsx';
import { Text } from '../components/text.tsx';

/** An address or an id of others, whole however long it is, with a button that copies it. */
export function Copied({ text, code = false }: { text: string; code?: boolean }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <span className={`min-w-0 break-all ${code ? 'font-mono text-xs' : ''}`}>
        <Text value={text} most={160} />
      </span>
      <Copy text={text} />
    </span>
  );
}
