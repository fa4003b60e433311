// Files that a page gives to the user, and takes from them.

/** Hands a text to the browser to be saved. */
export function saveText(name: string, text: string, type: string): void {
  saveBlob(name, new Blob([text], { type: `${type};charset=utf-8` }));
}

export function saveBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken it over by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Lets the user choose a file and reads it as text; undefined where none was chosen, null where it is too large. */
export function chooseText(accept: string, mostBytes: number): Promise<ChosenText | null | undefined> {
  return chooseFile(accept).then(async (file) => {
    if (!file) return undefined;
    return file.size > mostBytes ? null : { name: file.name, text: await file.text() };
  });
}

export interface ChosenText {
  readonly name: string;
  readonly text: string;
}

/** Lets the user choose a file; undefined where none was chosen. */
export function chooseFile(accept: string): Promise<File | undefined> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = accept;
    input.addEventListener('cancel', () => resolve(undefined));
    input.addEventListener('change', () => resolve(input.files?.[0]));
    input.click();
  });
}
