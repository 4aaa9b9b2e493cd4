/** Commands that people copy, spelled so that a shell takes every word as it is meant. */

/** The words of one command for a POSIX shell: what is not plainly harmless stands in single quotes. */
export function shellCommand(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}
