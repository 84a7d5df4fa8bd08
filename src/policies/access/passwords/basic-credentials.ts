// Hot path: runs for every request of a route with basic authentication.
// Reading the credentials of an Authorization field (RFC 7617). Checks nothing.

/** What a client says who it is. */
export interface BasicCredentials {
  /** Bytes as Latin-1 characters; never empty. */
  readonly user: string
  readonly password: Buffer
}

/** `undefined` for another scheme, for what is no base64, and without a user or a colon (as in nginx). */
export function readBasicCredentials(authorization: string | undefined): BasicCredentials | undefined {
  if (authorization === undefined) return undefined
  const match = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)
  if (match === null) return undefined
  const bytes = Buffer.from(match[1]!, 'base64')
  const colon = bytes.indexOf(0x3a)
  if (colon < 1) return undefined
  return { user: bytes.latin1Slice(0, colon), password: bytes.subarray(colon + 1) }
}
