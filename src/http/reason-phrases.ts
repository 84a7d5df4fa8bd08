// Reason phrases for the statuses Portico makes itself.
import { STATUS_CODES } from 'node:http'

/** The registered phrase of a status, empty for an unregistered one. */
export function reasonPhrase(status: number): string {
  return STATUS_CODES[status] ?? ''
}
