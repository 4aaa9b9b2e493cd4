/** The last line of every page of docs: the way back to the index. `up`: from a page in a folder of docs, such as docs/envs. */
export const wayBack = (up = '') => `[Index of the documentation](${up}README.md)`;
