// Hot path while there is an access log of a share of the requests: which of them are in it whatever the share is.
import type { RequestRecord } from '../proxy/request-record.ts'

/** Responses with 400 and above, and requests with an attempt that failed: whoever reads a log looks for these. */
export function isAlwaysLogged({ status, attempts }: RequestRecord): boolean {
  return status >= 400 || attempts.some(({ failure }) => failure !== '')
}
