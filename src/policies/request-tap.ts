// A second reader of a request on its way to a backend.

/** Told of the body of a request that is forwarded. It can not hold anything up, and nothing it does reaches the client. */
export interface RequestTap {
  /** A piece of the body, valid during the call only. */
  onBody(chunk: Buffer): void
  /** The whole request has come. A request that ends otherwise is told of by `whenOver`. */
  onEnd(): void
}
