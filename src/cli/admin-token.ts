// The token of an admin port that is bound beyond loopback: for `run`, which asks for it, and for commands, which show it.
import { readFileSync } from 'node:fs'
import { UsageError } from './usage-error.ts'

/** A token goes into a field: visible ASCII, without blanks. */
const tokenForm = /^[\x21-\x7e]{1,4096}$/

/**
 * The token in a file, blanks around it left out, else that of PORTICO_ADMIN_TOKEN; `undefined`: neither is named. Rejects what is no
 * token with `UsageError`, which does not show it.
 */
export function readAdminToken(file: string | undefined): string | undefined {
  if (file !== undefined) return checked(readFile(file), file)
  const named = process.env.PORTICO_ADMIN_TOKEN
  return named === undefined || named === '' ? undefined : checked(named.trim(), 'PORTICO_ADMIN_TOKEN')
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new UsageError(`the token in ${file} can not be read: ${(error as Error).message}`)
  }
}

function checked(token: string, from: string): string {
  if (tokenForm.test(token)) return token
  throw new UsageError(
    token === ''
      ? `there is no token in ${from}`
      : `what ${from} holds is no token: it has blanks, control characters or letters beyond ASCII`,
  )
}
