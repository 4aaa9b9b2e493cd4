/** Hands a file to the visitor. */
export function saveFile(name: string, content: Blob): void {
  const anchor = document.createElement('a');
  anchor.href = URL.createObjectURL(content);
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
}

export const binary = (bytes: Uint8Array) => new Blob([bytes as Uint8Array<ArrayBuffer>]);
