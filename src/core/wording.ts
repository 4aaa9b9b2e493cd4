/** Numbers in words: 1 task, 2 tasks; 1:04. */

export const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

export const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;

/** Minutes and seconds: 1:04. */
export function clock(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
}

/** 94 k, 3.2 k, 340. */
export function thousands(x: number): string {
  if (x < 1000) return x.toFixed(0);
  return `${(x / 1000).toFixed(x < 10_000 ? 1 : 0)} k`;
}
