import { type DragEvent, type ReactNode, useState } from 'react';

export interface DropTextProps {
  readonly children: ReactNode;
  /** A file that was dropped here; of several, the first. */
  readonly onDrop: (file: File) => void;
}

/** A place to drop a file on. It is the pointer's alone: what stands in it has to offer the same by a button. */
export function DropText({ children, onDrop }: DropTextProps) {
  const [over, setOver] = useState(false);
  const allow = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a drop has no keyboard; the button inside does the same
    <div
      onDragEnter={allow}
      onDragOver={allow}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer.files[0];
        if (file) onDrop(file);
      }}
      className={`rounded-lg border border-dashed px-4 py-4 ${over ? 'border-accent bg-good-tint' : 'border-edge'}`}
    >
      {children}
    </div>
  );
}
