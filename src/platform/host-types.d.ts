/**
 * What the package's own types name of its host. The declarations merge with those of the DOM or of Node, so that the package also compiles
 * where a project has neither library. Shipped as they are, and referred to by the types of every entry.
 */
interface AbortSignal {
  readonly aborted: boolean;
}
interface Blob {
  readonly size: number;
}
interface File {
  readonly name: string;
}
interface URL {
  hash: string;
  href: string;
  pathname: string;
  protocol: string;
}

declare namespace WebAssembly {
  interface Memory {
    grow(delta: number): number;
  }
  // biome-ignore lint/suspicious/noEmptyInterface: it merges with the host's own
  interface Module {}
}
