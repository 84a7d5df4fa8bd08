// Asks a running instance something, over its admin port.
import { request } from 'undici'
import { escapeControls } from '../diagnostics/escape-controls.ts'
import { readToken } from './admin-access.ts'
import { readAdminAddress } from './flag-values.ts'
import { UsageError } from './usage-error.ts'

/** Where an admin port listens; `true`: where it does unless it is told otherwise. */
export type AdminAddress = { readonly host: string; readonly port: number } | true

const patienceMs = 30_000

/**
 * The answer to `/api/NAME?query`. Rejects with `UsageError` where nobody answers, or nobody who can. `token`: by default that of the
 * environment.
 */
export async function askAdmin(
  name: string,
  query: URLSearchParams,
  address: AdminAddress,
  token = readToken(process.env.PORTICO_ADMIN_TOKEN_FILE || undefined),
): Promise<unknown> {
  const { authority, url } = adminUrl(address)
  const path = `${url}/api/${name}${query.size === 0 ? '' : `?${query}`}`
  const { status, text } = await get(path, authority, token)
  if (status !== 200) throw adminRefusal(authority, status, text)
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError(
      `what answers at ${authority} is no Portico; is this the --admin of \`portico run\`?`,
    )
  }
}

/** Where an admin port is asked; `authority` for messages. */
export function adminUrl(address: AdminAddress): { readonly authority: string; readonly url: string } {
  const { host, port } = address === true ? usualAdmin() : address
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`
  return { authority, url: `http://${authority}` }
}

/** What an admin port that does not do what it is asked says. */
export function adminRefusal(authority: string, status: number, text: string): UsageError {
  const [said = ''] = detailOf(text).trim().split('\n', 1)
  const hint =
    status === 404
      ? '; is this the --admin of `portico run`?'
      : status === 401
        ? '; name the file with --admin-token-file, or set PORTICO_ADMIN_TOKEN'
        : ''
  return new UsageError(`${authority} answers ${status}: ${escapeControls(said.slice(0, 500))}${hint}`)
}

/** That nobody is there, and what to do about it. */
export function nobodyAnswers(authority: string, error: unknown): UsageError {
  const { code, message } = error as NodeJS.ErrnoException
  return new UsageError(
    `no running portico answers at ${authority} (${code ?? message}); is \`portico run\` up, and is this its --admin?`,
  )
}

/** Problems are told as JSON (RFC 9457); whoever else listens there may say anything. */
function detailOf(text: string): string {
  try {
    const { detail, problem } = JSON.parse(text) as { detail?: unknown; problem?: unknown }
    return String(detail ?? problem ?? text)
  } catch {
    return text
  }
}

/** As `run` finds it out: from the environment, else its default. */
function usualAdmin(): Exclude<AdminAddress, true> {
  const named = process.env.PORTICO_ADMIN
  const address = named === undefined || named === '' ? 'off' : readAdminAddress(named)
  return address === 'off' ? { host: '127.0.0.1', port: 10254 } : address
}

async function get(
  url: string,
  authority: string,
  token: string | undefined,
): Promise<{ status: number; text: string }> {
  try {
    const { statusCode, body } = await request(url, {
      headersTimeout: patienceMs,
      bodyTimeout: patienceMs,
      headers: tokenFields(token),
    })
    return { status: statusCode, text: await body.text() }
  } catch (error) {
    throw nobodyAnswers(authority, error)
  }
}

/** What shows a token. */
export function tokenFields(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}
